import { EarshotError } from '@earshot/model';
import type { EventResult } from '@earshot/wire';
import { type ServiceError, status } from '@grpc/grpc-js';

/** What became of one event. `ok`: it is durable, and where it stands. */
export type SendResult =
  | { ok: true; eventId: string; partition: number; offset: number }
  | { ok: false; eventId: string; code: string; message: string; retry: boolean };

export function toSendResult(result: EventResult | undefined): SendResult {
  const eventId = result?.eventId ?? '';
  if (result?.outcome?.$case === 'acknowledged') return { ok: true, eventId, ...result.outcome.acknowledged };
  if (result?.outcome?.$case === 'refused') return { ok: false, eventId, ...result.outcome.refused };
  return {
    ok: false,
    eventId,
    code: 'answer-unknown',
    message: 'the door answered in a way we do not know',
    retry: false,
  };
}

/** An event that cannot even be written down: the same answer as the door would give. */
export function notSent(eventId: string, thrown: unknown): SendResult {
  if (!(thrown instanceof EarshotError)) throw thrown;
  return { ok: false, eventId, code: thrown.code, message: thrown.message, retry: thrown.retry };
}

/** gRPC's number where the door gave no code of its own. */
const CODES: Partial<Record<status, string>> = {
  [status.UNAVAILABLE]: 'unreachable',
  [status.DEADLINE_EXCEEDED]: 'unreachable',
  [status.RESOURCE_EXHAUSTED]: 'too-large',
  [status.UNIMPLEMENTED]: 'not-a-door',
  [status.CANCELLED]: 'cancelled',
};

export function toEarshotError(error: ServiceError): EarshotError {
  const [ours] = error.metadata?.get('earshot-code') ?? [];
  const code = ours === undefined ? (CODES[error.code] ?? 'internal') : String(ours);
  return new EarshotError(code, error.details, { retry: isPassing(error.code), cause: error });
}

/** Whether a new attempt can succeed: the door is away, restarting, or the line was cut. */
export function isPassing(code: status): boolean {
  switch (code) {
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
    case status.INTERNAL:
    case status.UNKNOWN:
    case status.CANCELLED:
    case status.ABORTED:
    case status.OK:
      return true;
    default:
      return false;
  }
}
