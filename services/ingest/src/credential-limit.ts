import type { Rates } from '@earshot/hints';
import { EarshotError } from '@earshot/model';
import type { Sender } from './accept-event.js';

const WINDOW_MS = 1_000;

/** So many events a second of one credential, at all doors together. Answered from what is known here: waits for nobody. */
export function limitPerKey(rates: Rates, perSecond: number): (sender: Sender) => void {
  const limit = { max: perSecond, windowMs: WINDOW_MS };
  return ({ tenant, keyId }) => {
    if (keyId === undefined) return;
    const answer = rates.take({ tenant, what: 'ingest', who: keyId }, limit);
    if (answer.ok) return;
    const { retryAfterMs } = answer;
    const message = `this credential sends more than ${perSecond} events a second: send it again a little later`;
    throw new EarshotError('rate-limited', message, { retry: true, detail: { retryAfterMs } });
  };
}
