import { type Alert, type AlertVersion, compareVersions } from '@earshot/model/alert';
import { isFinalState } from '@earshot/model/vocabulary';
import { type Effect, type LiveState, type Mark, type Notice, quiet, type Step, withEntry } from './state.js';

export const CLOSED_KEPT = 300;

/** One alert arrived: applied only if nothing newer of it has been stored. */
export function applyAlert(state: LiveState, alert: Alert): Step {
  const named = state.filling ? { ...state, filling: withEntry(state.filling, alert.id, true) } : state;
  const known = named.marks.get(alert.id);
  const order = known ? compareVersions(alert.version, known.version) : 1;
  if (order < 0 || (order === 0 && named.alerts.has(alert.id))) return quiet(named);

  const mark: Mark = { ...inherited(named, alert), ...known, version: alert.version };
  if (alert.shownTo.includes(named.me.staffNumber)) mark.shown = true;
  const settled = settlePending(named, alert);
  const alerts = withEntry(named.alerts, alert.id, alert);
  const effects: Effect[] = [{ kind: 'store-alert', mark, alert }];
  if (mayPop(alert, mark)) effects.push({ kind: 'pop', alertId: alert.id });
  return {
    state: {
      ...settled,
      alerts: isFinalState(alert.state) ? trimClosed(alerts) : alerts,
      marks: withEntry(named.marks, alert.id, mark),
      popped: nextPopped(named.popped, alert),
    },
    effects,
  };
}

/** The whole list of a conversation as of a version: others go, unless they are newer than the list. */
export function applyList(state: LiveState, conversationId: string, asOf: AlertVersion, listed: Alert[]): Step {
  const keep = new Set(listed.map((alert) => alert.id));
  const gone = [...state.alerts.values()].filter(
    (alert) =>
      alert.conversationId === conversationId &&
      !isFinalState(alert.state) &&
      !keep.has(alert.id) &&
      compareVersions(alert.version, asOf) <= 0,
  );
  let step = withdraw(state, gone, asOf);
  for (const alert of listed) {
    const next = applyAlert(step.state, alert);
    step = { state: next.state, effects: [...step.effects, ...next.effects] };
  }
  return step;
}

/** The initial set is complete: open alerts that it did not name have ended while this page was away. */
export function endFilling(state: LiveState): Step {
  const { filling, ...rest } = state;
  if (!filling) return quiet(state);
  const gone = [...state.alerts.values()].filter((alert) => !isFinalState(alert.state) && !filling.has(alert.id));
  return withdraw(rest, gone);
}

/** A page stays open for days: of what is over it keeps the latest. */
function trimClosed(alerts: ReadonlyMap<string, Alert>): ReadonlyMap<string, Alert> {
  if (alerts.size <= CLOSED_KEPT) return alerts;
  const closed = [...alerts.values()].filter((alert) => isFinalState(alert.state));
  if (closed.length <= CLOSED_KEPT) return alerts;
  const oldest = closed.reduce((a, b) => (compareVersions(a.version, b.version) < 0 ? a : b));
  return withEntry(alerts, oldest.id, undefined);
}

/** Only high and critical, fresh, unclaimed, and never twice for one person. */
export function mayPop(alert: Alert, mark: Mark): boolean {
  return alert.interrupting && !alert.history && alert.state === 'raised' && !mark.shown;
}

function withdraw(state: LiveState, gone: readonly Alert[], asOf?: AlertVersion): Step {
  if (gone.length === 0) return quiet(state);
  const alerts = new Map(state.alerts);
  const marks = new Map(state.marks);
  const effects: Effect[] = [];
  for (const alert of gone) {
    const mark: Mark = { ...marks.get(alert.id), version: asOf ?? alert.version };
    alerts.delete(alert.id);
    marks.set(alert.id, mark);
    effects.push({ kind: 'store-mark', alertId: alert.id, mark });
  }
  return { state: { ...state, alerts, marks, popped: state.popped.filter((id) => alerts.has(id)) }, effects };
}

/** An alert whose anchor moved takes over what its predecessor has been through. */
function inherited(state: LiveState, alert: Alert): Partial<Mark> {
  const before = alert.continues === undefined ? undefined : state.marks.get(alert.continues);
  if (!before) return {};
  const { version: _version, ...flags } = before;
  return flags;
}

function nextPopped(popped: readonly string[], alert: Alert): readonly string[] {
  const moved = popped.map((id) => (id === alert.continues ? alert.id : id));
  return isFinalState(alert.state) ? moved.filter((id) => id !== alert.id) : moved;
}

/** What we asked for has come back, or somebody was faster. */
function settlePending(state: LiveState, alert: Alert): LiveState {
  const mine = [...state.pending.values()].filter((act) => act.alertId === alert.id || act.alertId === alert.continues);
  if (mine.length === 0) return state;
  const pending = new Map(state.pending);
  const notices: Notice[] = [...state.notices];
  for (const act of mine) {
    if (act.action.kind === 'claim' && (alert.claimedBy !== undefined || isFinalState(alert.state))) {
      pending.delete(act.requestId);
      if (alert.claimedBy !== undefined && alert.claimedBy !== state.me.staffNumber) {
        notices.push({ id: act.requestId, kind: 'claim-lost', alertId: alert.id, by: alert.claimedBy });
      }
    } else if (act.action.kind === 'release' && alert.claimedBy === undefined) pending.delete(act.requestId);
    else if (act.action.kind === 'resolve' && isFinalState(alert.state)) pending.delete(act.requestId);
    else if (act.action.kind === 'feedback' && alert.useful === act.action.useful) pending.delete(act.requestId);
  }
  return { ...state, pending, notices };
}
