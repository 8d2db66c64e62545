import type { Applied, FactPlace } from '@earshot/log/fold';
import { type Alert, isFinalState, type PersonAction } from '@earshot/model';
import type { AlertFoldEntry } from '@earshot/wire';
import { type AlertState, change } from './apply-standing.js';

/** What a person did. The first claim in the log wins; an action on an id whose anchor has moved follows the alert. */
export function applyAction(state: AlertState, done: PersonAction, at: FactPlace): Applied {
  if (state.seenActions.includes(done.actionId)) return { kind: 'repeated' };
  const entry = follow(state, done.alertId);
  if (!entry) return { kind: 'refused', reason: 'alert-unknown' };
  state.seenActions.push(done.actionId);
  state.controlEpoch = Math.max(state.controlEpoch, done.controlEpoch);
  // A person acts only on what was shown: another version of this code told it, so from here on it is an alert.
  const untold = entry.silent;
  entry.silent = false;
  const patch = decide(entry.alert, done);
  if (untold) change(state, entry, at, { state: entry.alert.state, ...patch });
  else if (patch) change(state, entry, at, patch);
  return { kind: 'inspected' };
}

function follow(state: AlertState, alertId: string): AlertFoldEntry | undefined {
  const entry = state.entries.find((one) => one.alert.id === alertId);
  if (entry?.alert.reason !== 'moved') return entry;
  return state.entries.find((one) => one.alert.continues === alertId && one.alert.state !== 'retracted') ?? entry;
}

/** The change that an action makes, or undefined where it comes too late to make any. */
function decide(alert: Alert, { action, by, atMs }: PersonAction): Partial<Alert> | undefined {
  const closed = isFinalState(alert.state);
  const { timeline } = alert;
  switch (action.kind) {
    case 'claim':
      if (closed || alert.claimedBy !== undefined) return undefined;
      return { state: 'claimed', claimedBy: by, reason: 'claim', timeline: { ...timeline, claimedMs: atMs } };
    case 'release':
      if (closed || alert.claimedBy !== by) return undefined;
      return {
        state: 'raised',
        claimedBy: undefined,
        reason: 'release',
        timeline: { ...timeline, claimedMs: undefined },
      };
    case 'resolve':
      if (closed) return undefined;
      return {
        state: 'resolved',
        outcome: action.outcome,
        reason: 'resolve',
        timeline: { ...timeline, closedMs: atMs },
      };
    case 'delivered':
      if (alert.shownTo.includes(by)) return undefined;
      return {
        shownTo: [...alert.shownTo, by],
        timeline: { ...timeline, deliveredMs: Math.min(timeline.deliveredMs ?? atMs, atMs) },
      };
    case 'seen':
      if (timeline.seenMs !== undefined && timeline.seenMs <= atMs) return undefined;
      return { timeline: { ...timeline, seenMs: atMs } };
    case 'feedback':
      return alert.useful === action.useful ? undefined : { useful: action.useful };
  }
}
