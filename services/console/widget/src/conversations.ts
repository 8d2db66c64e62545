import type { Alert } from '@earshot/model/alert';
import type { ConversationRow } from '@earshot/wire/live';
import type { LiveState } from '../../client/src/live/state.js';
import type { Translate } from '../../client/src/words/translate.js';

/** Running ones in the order they began, so that tabs keep their place; then those that have ended, latest first. */
export function deskConversations(state: LiveState): ConversationRow[] {
  const rows = [...state.conversations.values()];
  const began = (row: ConversationRow) => row.startedAtMs ?? row.lastAtMs;
  const running = rows.filter((row) => row.endedAtMs === undefined).sort((a, b) => began(a) - began(b));
  const ended = rows.filter((row) => row.endedAtMs !== undefined).sort((a, b) => began(b) - began(a));
  return [...running, ...ended];
}

/** What people in the centre call it: their own number where they sent one. */
export function conversationName(state: LiveState, conversationId: string, t: Translate): string {
  const row = state.conversations.get(conversationId) ?? summaryOf(state, conversationId);
  const ids = row?.externalIds ?? {};
  const name = ids.call ?? ids.callId ?? ids.session ?? ids.ticket ?? Object.values(ids)[0] ?? conversationId;
  return row ? `${t(`channel.${row.channel}`)} ${name}` : name;
}

/** A conversation that is no longer held still has what its alerts knew. */
function summaryOf(state: LiveState, conversationId: string): Alert['summary'] | undefined {
  for (const alert of state.alerts.values()) if (alert.conversationId === conversationId) return alert.summary;
  return undefined;
}
