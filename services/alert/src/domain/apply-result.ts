import type { Applied, FactPlace } from '@earshot/log/fold';
import { type AlertDelivery, compareVersions, type DeliveryResult } from '@earshot/model';
import { type AlertState, change } from './apply-standing.js';

/**
 * What became of a delivery. A result for an operation that this owner does not know comes from another version of this
 * code: whoever it went to counts as told, so from here on it is an alert, and its further states are due to him.
 */
export function applyResult(state: AlertState, result: DeliveryResult, at: FactPlace): Applied {
  const entry = state.entries.find(({ alert }) => alert.id === result.alertId);
  // Its life is over and has told its end; there is nothing that could still change.
  if (!entry) return { kind: 'repeated' };
  const { channel, recipient, operation, cause, status, code, atMs, attempts } = result;
  const known = entry.alert.deliveries?.find((one) => one.channel === channel && one.recipient === recipient);
  const order = known ? compareVersions(cause, known.cause) : 1;
  // An earlier operation than the last one: that one's own result is still to come.
  if (order < 0) return { kind: 'repeated' };
  const expected = order === 0 && known?.operation === operation;
  if (expected && known.status !== 'due') return { kind: 'repeated' };

  const done: AlertDelivery = {
    channel,
    recipient,
    operation,
    cause,
    dueMs: expected ? known.dueMs : atMs,
    status,
    code,
    doneMs: atMs,
    attempts,
  };
  const others = (entry.alert.deliveries ?? []).filter((one) => one !== known);
  const deliveries = [...others, done];
  entry.silent = false;
  change(state, entry, at, expected ? { deliveries } : { deliveries, state: entry.alert.state });
  return { kind: 'inspected' };
}
