import type { Alert, CaseAction } from '@earshot/model';
import type { ClientMessage } from '@earshot/wire/live';
import { type Effect, type LinkPhase, type LiveState, type Mark, quiet, type Step, withEntry } from './state.js';

/** What happens on the page's own side: the link, the person, the other tabs. */
export type PageEvent =
  | { type: 'link'; phase: LinkPhase }
  | { type: 'behind'; behindMs: number }
  | { type: 'opened' }
  | { type: 'stored'; alerts: { alert?: Alert; alertId: string; mark: Mark }[]; cursor?: string }
  | { type: 'marked-elsewhere'; alertId: string; mark: Mark }
  | { type: 'pop-decided'; alertId: string; mine: boolean }
  | { type: 'painted'; alertId: string; visible: boolean; requestIds: readonly [string, string] }
  | { type: 'put-away'; alertId: string }
  | { type: 'act'; requestId: string; alertId: string; action: CaseAction }
  | { type: 'follow' | 'unfollow'; conversationId: string }
  | { type: 'notice-read'; id: string };

export function onPage(state: LiveState, event: PageEvent, nowMs: number): Step {
  switch (event.type) {
    case 'link':
      return quiet({ ...state, link: nextLink(state, event.phase, nowMs) });
    case 'behind':
      return quiet({ ...state, link: { ...state.link, behindMs: event.behindMs } });
    case 'opened':
      return onOpened(state, nowMs);
    case 'stored':
      return onStored(state, event);
    case 'marked-elsewhere':
      return onMarkedElsewhere(state, event.alertId, event.mark);
    case 'pop-decided':
      return onPopDecided(state, event.alertId, event.mine);
    case 'painted':
      return onPainted(state, event.alertId, event.visible, event.requestIds);
    case 'put-away':
      return remember({ ...state, popped: state.popped.filter((id) => id !== event.alertId) }, event.alertId, {
        dismissed: true,
      });
    case 'act': {
      const alert = state.alerts.get(event.alertId);
      return alert ? ask(state, alert, event.action, event.requestId) : quiet(state);
    }
    case 'follow':
      if (state.followed.has(event.conversationId)) return quiet(state);
      return {
        state: { ...state, followed: new Set(state.followed).add(event.conversationId) },
        effects: [{ kind: 'send', message: { type: 'follow', conversationId: event.conversationId } }],
      };
    case 'unfollow': {
      const followed = new Set(state.followed);
      if (!followed.delete(event.conversationId)) return quiet(state);
      return {
        state: { ...state, followed, transcripts: withEntry(state.transcripts, event.conversationId, undefined) },
        effects: [{ kind: 'send', message: { type: 'unfollow', conversationId: event.conversationId } }],
      };
    }
    case 'notice-read':
      return quiet({ ...state, notices: state.notices.filter((notice) => notice.id !== event.id) });
  }
}

/** Lower than every version of an alert. */
const NEVER = { offset: -1, index: -1 };

function nextLink(state: LiveState, phase: LinkPhase, nowMs: number): LiveState['link'] {
  const { link } = state;
  if (phase === 'reconnecting' && link.phase === 'reconnecting') return { ...link, attempt: link.attempt + 1 };
  // Contact was lost when the first try failed, not when the latest did.
  if (phase === 'reconnecting') return { phase, sinceMs: nowMs, attempt: link.attempt + 1, behindMs: 0 };
  if (phase === 'catching-up') return { ...link, phase };
  return { phase, sinceMs: nowMs, attempt: link.attempt, behindMs: 0 };
}

/** The socket is open: subscribe, follow again, and repeat what was never answered (same request ids, so no doubles). */
function onOpened(state: LiveState, nowMs: number): Step {
  const messages: ClientMessage[] = [
    state.cursor === undefined
      ? { type: 'subscribe', view: state.view }
      : { type: 'subscribe', view: state.view, cursor: state.cursor },
  ];
  for (const conversationId of state.followed) messages.push({ type: 'follow', conversationId });
  for (const act of state.pending.values()) {
    if (!act.accepted) messages.push(toMessage(act));
  }
  const link = nextLink(state, 'catching-up', nowMs);
  const { filling: _filling, ...rest } = state;
  return {
    state: state.cursor === undefined ? { ...rest, link, filling: new Map() } : { ...rest, link },
    effects: messages.map((message) => ({ kind: 'send', message })),
  };
}

/** Read from storage at the start. */
function onStored(state: LiveState, event: Extract<PageEvent, { type: 'stored' }>): Step {
  const alerts = new Map(state.alerts);
  const marks = new Map(state.marks);
  for (const { alert, alertId, mark } of event.alerts) {
    marks.set(alertId, mark);
    if (alert && !alerts.has(alertId)) alerts.set(alertId, alert);
  }
  const next = { ...state, alerts, marks };
  return quiet(event.cursor === undefined ? next : { ...next, cursor: event.cursor });
}

/**
 * Another tab of the same person has shown, told or put away an alert. Its version is not taken over: this tab has
 * not painted that version yet, and its own socket is bringing it.
 */
function onMarkedElsewhere(state: LiveState, alertId: string, theirs: Mark): Step {
  const own = state.marks.get(alertId);
  const mark: Mark = { ...own, ...theirs, version: own?.version ?? NEVER };
  const marks = withEntry(state.marks, alertId, mark);
  return quiet({
    ...state,
    marks,
    popped: mark.dismissed ? state.popped.filter((id) => id !== alertId) : state.popped,
  });
}

function onPopDecided(state: LiveState, alertId: string, mine: boolean): Step {
  const step = remember(state, alertId, { shown: true });
  if (!mine || !state.alerts.has(alertId) || state.popped.includes(alertId)) return step;
  return { ...step, state: { ...step.state, popped: [...state.popped, alertId] } };
}

/** Told once per person: delivered when it stood on the page, seen when the page was in front of a person. */
function onPainted(state: LiveState, alertId: string, visible: boolean, ids: readonly [string, string]): Step {
  const alert = state.alerts.get(alertId);
  const mark = state.marks.get(alertId);
  if (!alert || !mark) return quiet(state);
  let step = quiet(state);
  if (!mark.delivered) step = then(step, (now) => ask(now, alert, { kind: 'delivered' }, ids[0]));
  if (visible && !mark.seen) step = then(step, (now) => ask(now, alert, { kind: 'seen' }, ids[1]));
  if (step.effects.length === 0) return step;
  return then(step, (now) => remember(now, alertId, visible ? { delivered: true, seen: true } : { delivered: true }));
}

function ask(state: LiveState, alert: Alert, action: CaseAction, requestId: string): Step {
  const act = { requestId, conversationId: alert.conversationId, alertId: alert.id, action, accepted: false };
  return {
    state: { ...state, pending: withEntry(state.pending, requestId, act) },
    effects: [{ kind: 'send', message: toMessage(act) }],
  };
}

function toMessage(act: {
  requestId: string;
  conversationId: string;
  alertId: string;
  action: CaseAction;
}): ClientMessage {
  const { requestId, conversationId, alertId, action } = act;
  return { type: 'act', requestId, conversationId, alertId, action };
}

function remember(state: LiveState, alertId: string, flags: Partial<Mark>): Step {
  const mark = state.marks.get(alertId);
  if (!mark) return quiet(state);
  const next = { ...mark, ...flags };
  const effect: Effect = { kind: 'store-mark', alertId, mark: next };
  return { state: { ...state, marks: withEntry(state.marks, alertId, next) }, effects: [effect] };
}

function then(step: Step, next: (state: LiveState) => Step): Step {
  const after = next(step.state);
  return { state: after.state, effects: [...step.effects, ...after.effects] };
}
