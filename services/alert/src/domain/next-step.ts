import { deriveId } from '@earshot/model';
import type { Waiting } from './ledger.js';

/** What came of one attempt; `code` is ours, never the receiver's words. */
export type SendOutcome =
  | { kind: 'sent'; code: string }
  /** The receiver knows it: there was nothing to send. */
  | { kind: 'known' }
  /** The receiver wants no more of this route, ever. */
  | { kind: 'gone' }
  /** It will hardly go better with the same request: a few tries, so that one bad message does not hold up the rest. */
  | { kind: 'refused'; code: string }
  /** It may go better later. */
  | { kind: 'retry'; code: string; afterMs?: number }
  /** Nothing to send to. */
  | { kind: 'impossible'; code: string };

export interface DeliveryPolicy {
  /** Waits between attempts, ms; the last one repeats. */
  backoffMs: readonly number[];
  /** From becoming due to giving up, ms. */
  lifeMs: number;
  /** Attempts where the receiver refuses. */
  refusedAttempts: number;
}

export const DEFAULT_POLICY: DeliveryPolicy = {
  backoffMs: [1_000, 5_000, 30_000, 120_000, 300_000, 900_000],
  lifeMs: 6 * 3_600_000,
  refusedAttempts: 4,
};

export type NextStep =
  | { kind: 'result'; status: 'sent' | 'failed'; code: string; attempts: number }
  | { kind: 'attempt'; code: string; attempts: number; nextAtMs: number };

export function nextStep(outcome: SendOutcome, waiting: Waiting, nowMs: number, policy: DeliveryPolicy): NextStep {
  const attempts = waiting.attempts + 1;
  if (outcome.kind === 'sent') return { kind: 'result', status: 'sent', code: outcome.code, attempts };
  if (outcome.kind === 'known') {
    return { kind: 'result', status: 'sent', code: 'already-told', attempts: waiting.attempts };
  }
  if (outcome.kind === 'gone') return { kind: 'result', status: 'failed', code: 'gone', attempts };
  const { code } = outcome;
  if (outcome.kind === 'impossible') return { kind: 'result', status: 'failed', code, attempts: waiting.attempts };
  const failed = { kind: 'result', status: 'failed', code, attempts } as const;
  if (outcome.kind === 'refused' && attempts >= policy.refusedAttempts) return failed;
  const asked = outcome.kind === 'retry' ? (outcome.afterMs ?? 0) : 0;
  const nextAtMs = nowMs + Math.max(backoff(waiting.due.id, attempts, policy), asked);
  return nextAtMs > waiting.sinceMs + policy.lifeMs ? failed : { kind: 'attempt', code, attempts, nextAtMs };
}

/** 80 to 120 % of the step, from the delivery's own name: those that failed together do not come back together. */
function backoff(id: string, attempts: number, { backoffMs }: DeliveryPolicy): number {
  const step = backoffMs[Math.min(attempts, backoffMs.length) - 1] ?? 0;
  const share = Number.parseInt(deriveId('jitter', id, attempts).slice(0, 4), 32) / 32 ** 4;
  return Math.round(step * (0.8 + 0.4 * (Number.isFinite(share) ? share : 0.5)));
}

/** `Retry-After` in seconds or as a date, in ms from now; undefined where it says nothing usable. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
