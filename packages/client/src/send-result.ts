import { EarshotError, tlsFaultOf, tlsSentence } from '@earshot/model';
import type { EventResult } from '@earshot/wire';
import { type ServiceError, status } from '@grpc/grpc-js';

/**
 * What became of one event. `ok`: it is durable, and where it stands; without an offset, on the disk of the door, which
 * brings it to the log in its order once the log is back. `retryAfterMs`: not before, from now, if the door knows.
 */
export type SendResult =
  | { ok: true; eventId: string; partition: number; offset?: number }
  | { ok: false; eventId: string; code: string; message: string; retry: boolean; retryAfterMs?: number };

export function toSendResult(result: EventResult | undefined): SendResult {
  const eventId = result?.eventId ?? '';
  if (result?.outcome?.$case === 'acknowledged') {
    const { partition, offset, spooled } = result.outcome.acknowledged;
    return spooled ? { ok: true, eventId, partition } : { ok: true, eventId, partition, offset };
  }
  if (result?.outcome?.$case === 'refused') {
    const { retryAfterMs, ...refused } = result.outcome.refused;
    return { ok: false, eventId, ...refused, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
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
  const tls = tlsError(error);
  if (tls) return tls;
  const [ours] = error.metadata?.get('earshot-code') ?? [];
  const [retry] = error.metadata?.get('earshot-retry') ?? [];
  const code = ours === undefined ? (CODES[error.code] ?? 'internal') : String(ours);
  // Some numbers stand for what passes and for what does not; the door knows.
  return new EarshotError(code, error.details, { retry: retry === 'true' || isPassing(error.code), cause: error });
}

/** `tls-failed`, with what to do, if the line was never open because of a certificate; grpc-js tells it in words only. */
export function tlsError(error: ServiceError): EarshotError | undefined {
  const fault = error.code === status.UNAVAILABLE ? tlsFaultOf({ message: error.details }) : undefined;
  if (fault === undefined) return undefined;
  const name = { en: 'the door', zh: '接入端' };
  const message = tlsSentence(fault, { name, ca: 'tls.ca', cert: 'tls.cert' });
  return new EarshotError('tls-failed', message, { retry: true, detail: { fault }, cause: error });
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
