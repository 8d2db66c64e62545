import { createHmac } from 'node:crypto';
import type { Rates } from '@earshot/hints';
import { EarshotError } from '@earshot/model';
import type { FastifyRequest } from 'fastify';

/** Counts an attempt of whoever calls; throws `rate-limited` (429, with when to come back) beyond so many a minute. */
export type AttemptLimit = (request: FastifyRequest, what: string, perMinute: number) => void;

const WINDOW_MS = 60_000;
/** Who tries to sign in is of no tenant yet. */
const OF_NO_TENANT = '*';

/** Attempts of one address, at all consoles together. `key` hides the address from whoever keeps the counts. */
export function createAttemptLimit(rates: Rates, key: Uint8Array): AttemptLimit {
  return (request, what, perMinute) => {
    const who = createHmac('sha256', key).update(`address|${request.ip}`).digest('base64url').slice(0, 22);
    refuseBeyond(rates.take({ tenant: OF_NO_TENANT, what, who }, { max: perMinute, windowMs: WINDOW_MS }));
  };
}

export function refuseBeyond(answer: ReturnType<Rates['take']>): void {
  if (answer.ok) return;
  const { retryAfterMs } = answer;
  throw new EarshotError('rate-limited', 'too many requests: wait a little', { retry: true, detail: { retryAfterMs } });
}
