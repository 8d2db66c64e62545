import type { Alert, HistoryCount } from '@earshot/model';
import type { ConversationRow } from '@earshot/wire/live';
import { alertFor, line, REFUND_CALL, type Said } from '../mock/scene.js';
import type { Mock } from '../mock/server.js';
import { decide, put } from '../mock/world.js';

/** Steps that a test puts together: a call of the desk's agent, words in it, an alert on them. */
export function aCall(mock: Mock, conversationId = 'call-1', over: Partial<ConversationRow> = {}): ConversationRow {
  const row: ConversationRow = {
    conversationId,
    channel: 'voice',
    skillGroup: '理财咨询',
    externalIds: { call: `no-${conversationId}` },
    agents: ['10001'],
    startedAtMs: Date.now(),
    lastAtMs: Date.now(),
    utterances: 0,
    openAlerts: 0,
    ...over,
  };
  mock.world.rows.set(conversationId, row);
  mock.say({ type: 'conversations', reset: false, rows: [row], removed: [] });
  return row;
}

export function say(mock: Mock, row: ConversationRow, said: Said, segment: number): void {
  const spoken = line(said, segment, Date.now());
  mock.world.lines.set(row.conversationId, [...(mock.world.lines.get(row.conversationId) ?? []), spoken]);
  mock.say({ type: 'transcript', conversationId: row.conversationId, reset: false, lines: [spoken] });
}

/** Says the words of this rule and raises its alert. */
export function raise(mock: Mock, row: ConversationRow, ruleId: string, segment = 5): Alert {
  const said = REFUND_CALL.find((candidate) => candidate.hit?.ruleId === ruleId);
  if (!said) throw new Error(`no such rule in the scene: ${ruleId}`);
  say(mock, row, said, segment);
  const alert = alertFor(said, row, line(said, segment, Date.now()), ++mock.world.offset);
  if (!alert) throw new Error('the scene has no prompt for it');
  put(mock.world, alert);
  mock.publishAlert(alert.id);
  return alert;
}

/** What other conversations brought becomes known. */
export function know(mock: Mock, alert: Alert, ...history: HistoryCount[]): void {
  const version = { offset: ++mock.world.offset, index: 0 };
  put(mock.world, { ...alert, version, summary: { ...alert.summary, history } });
  mock.publishAlert(alert.id);
}

/** Somebody else acts. */
export function actAs(mock: Mock, alertId: string, action: Parameters<typeof decide>[2], by: string): void {
  const alert = mock.world.alerts.get(alertId);
  if (!alert) throw new Error(`no alert ${alertId}`);
  put(mock.world, decide(mock.world, alert, action, by));
  mock.publishAlert(alertId);
}
