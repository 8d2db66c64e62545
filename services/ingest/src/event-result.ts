import type { EventResult } from '@earshot/wire';
import type { EventOutcome } from './accept-event.js';

/** No place on a log; 0 would be one. */
const NO_OFFSET = -1;

export function toResult(outcome: EventOutcome): EventResult {
  const { eventId } = outcome;
  if (outcome.ok) {
    const { partition, offset = NO_OFFSET } = outcome.ack;
    const acknowledged = { partition, offset, spooled: offset === NO_OFFSET };
    return { eventId, outcome: { $case: 'acknowledged', acknowledged } };
  }
  const { code, message, retry, retryAfterMs } = outcome;
  return { eventId, outcome: { $case: 'refused', refused: { code, message, retry, retryAfterMs } } };
}
