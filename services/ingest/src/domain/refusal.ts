import { EarshotError } from '@earshot/model';

/** Why an event was not taken. `message` names the field and the limit; it never holds what was in the field. */
export interface Refusal {
  ok: false;
  code: string;
  message: string;
  /** The same event can succeed later. */
  retry: boolean;
}

export function refuse(code: string, message: string): Refusal {
  return { ok: false, code, message, retry: false };
}

/** A coded error as a refusal; anything else is ours to explain, not the sender's. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof EarshotError) {
    return { ok: false, code: thrown.code, message: thrown.message, retry: thrown.retry };
  }
  return { ok: false, code: 'internal', message: 'something went wrong on our side', retry: true };
}
