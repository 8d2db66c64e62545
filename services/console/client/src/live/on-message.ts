import type { ConversationRow, ServerMessage } from '@earshot/wire/live';
import { applyAlert, applyList, endFilling } from './alerts.js';
import { type LiveState, quiet, type Step, withEntry } from './state.js';
import { mergeLines } from './transcript.js';

const NOTICES_KEPT = 5;

/** Said in answer to `subscribe`, these end the session. */
const NOT_FOR_YOU = new Set(['unauthenticated', 'left', 'role-missing', 'tenant-mismatch']);

/** No new state of the alert answers these, so nothing is waited for once they are durable. */
const ANSWERED_BY_ACCEPTANCE = new Set(['delivered', 'seen', 'feedback']);

/** What a message of the server makes of the state, and what must be done about it. Pure. */
export function onMessage(state: LiveState, message: ServerMessage, nowMs: number): Step {
  switch (message.type) {
    case 'hello':
      return quiet({ ...state, me: message.me, analysis: message.analysis });
    case 'tick':
      return quiet(state.analysis === message.analysis ? state : { ...state, analysis: message.analysis });
    case 'names':
      return quiet({ ...state, names: { ...state.names, ...message.names } });
    case 'conversations':
      return quiet(withRows(state, mergeRows(state, message.reset, message.rows, message.removed)));
    case 'alert':
      return withCursor(applyAlert(state, message.alert), message.cursor);
    case 'alert-list':
      return withCursor(applyList(state, message.conversationId, message.asOf, message.alerts), message.cursor);
    case 'caught-up': {
      const step = withCursor(endFilling(state), message.cursor);
      const link = { phase: 'live', sinceMs: nowMs, attempt: 0, behindMs: 0 } as const;
      return { ...step, state: { ...step.state, link } };
    }
    case 'transcript': {
      const held = message.reset ? [] : (state.transcripts.get(message.conversationId) ?? []);
      const lines = mergeLines(held, message.lines);
      return quiet({ ...state, transcripts: withEntry(state.transcripts, message.conversationId, lines) });
    }
    case 'act-result':
      return onActResult(state, message);
    case 'error':
      return onError(state, message.code, message.message, nowMs);
    default:
      // A newer server may say things this page does not know yet.
      return quiet(state);
  }
}

function withCursor(step: Step, cursor: string): Step {
  return {
    state: { ...step.state, cursor },
    effects: [...step.effects, { kind: 'store-cursor', cursor }],
  };
}

/** The words of a conversation that has left the page go with it, unless somebody is reading them. */
function withRows(state: LiveState, conversations: ReadonlyMap<string, ConversationRow>): LiveState {
  const stays = (id: string) => conversations.has(id) || state.followed.has(id);
  if ([...state.transcripts.keys()].every(stays)) return { ...state, conversations };
  return { ...state, conversations, transcripts: new Map([...state.transcripts].filter(([id]) => stays(id))) };
}

function mergeRows(
  state: LiveState,
  reset: boolean,
  rows: readonly ConversationRow[],
  removed: readonly string[],
): ReadonlyMap<string, ConversationRow> {
  const next = reset ? new Map<string, ConversationRow>() : new Map(state.conversations);
  for (const row of rows) next.set(row.conversationId, row);
  for (const id of removed) next.delete(id);
  return next;
}

function onActResult(
  state: LiveState,
  result: { requestId: string; accepted: boolean; code?: string; message?: string },
): Step {
  const act = state.pending.get(result.requestId);
  if (!act) return quiet(state);
  if (result.accepted) {
    const done = ANSWERED_BY_ACCEPTANCE.has(act.action.kind);
    return quiet({
      ...state,
      pending: withEntry(state.pending, act.requestId, done ? undefined : { ...act, accepted: true }),
    });
  }
  const pending = withEntry(state.pending, act.requestId, undefined);
  if (act.action.kind === 'delivered' || act.action.kind === 'seen') return quiet({ ...state, pending });
  const notice = {
    id: act.requestId,
    kind: 'act-failed',
    alertId: act.alertId,
    action: act.action.kind,
    code: result.code ?? 'unknown',
    message: result.message ?? '',
  } as const;
  return quiet({ ...state, pending, notices: [...state.notices, notice].slice(-NOTICES_KEPT) });
}

function onError(state: LiveState, code: string, message: string, nowMs: number): Step {
  if (code === 'bad-cursor' || code === 'cursor-expired') {
    const { cursor: _cursor, ...rest } = state;
    return { state: rest, effects: [{ kind: 'forget-cursor' }, { kind: 'resubscribe' }] };
  }
  if (state.link.phase === 'catching-up' && NOT_FOR_YOU.has(code)) {
    const link = { phase: 'refused', sinceMs: nowMs, attempt: 0, behindMs: 0 } as const;
    return { state: { ...state, link }, effects: [{ kind: 'hang-up' }] };
  }
  const notice = { id: `${code}:${nowMs}`, kind: 'server-error', code, message } as const;
  return quiet({ ...state, notices: [...state.notices, notice].slice(-NOTICES_KEPT) });
}
