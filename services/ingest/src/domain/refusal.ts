import { EarshotError } from '@earshot/model';

/** Why an event was not taken. `message` names the field and the limit; it never holds what was in the field. */
export interface Refusal {
  ok: false;
  code: string;
  message: string;
  /** The same event can succeed later. */
  retry: boolean;
  /** Not before, ms from now. */
  retryAfterMs?: number;
}

export function refuse(code: string, message: string): Refusal {
  return { ok: false, code, message, retry: false };
}

export function asError({ code, message, retry }: Refusal): EarshotError {
  return new EarshotError(code, message, { retry });
}

/** A coded error as a refusal; anything else is ours to explain, not the sender's. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof EarshotError) {
    const { code, message, retry, detail } = thrown;
    const { retryAfterMs } = detail;
    return { ok: false, code, message, retry, ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}) };
  }
  return { ok: false, code: 'internal', message: 'something went wrong on our side', retry: true };
}
