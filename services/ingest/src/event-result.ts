import type { EventResult } from '@earshot/wire';
import type { EventOutcome } from './accept-event.js';

export function toResult(outcome: EventOutcome): EventResult {
  const { eventId } = outcome;
  if (outcome.ok) return { eventId, outcome: { $case: 'acknowledged', acknowledged: outcome.ack } };
  const { code, message, retry } = outcome;
  return { eventId, outcome: { $case: 'refused', refused: { code, message, retry } } };
}
