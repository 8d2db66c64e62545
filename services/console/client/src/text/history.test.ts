import type { HistoryCount } from '@earshot/model';
import { expect, test } from 'vitest';
import { anAlert } from '../testing/builders.js';
import { translator } from '../words/translate.js';
import zh from '../words/zh.json' with { type: 'json' };
import { agentHabits, earlierContacts, incident, repeatContact } from './history.js';

const t = translator(zh);
const counted = (kind: HistoryCount['subject']['kind'], id: string, count: number): HistoryCount => ({
  subject: { kind, id },
  cause: 1,
  knownMs: 1,
  count,
  tags: kind === 'agent' ? [{ tag: 'shirking', count }] : [],
  earlier: kind === 'customer' ? [{ conversationId: 'c0', channel: 'chat', atMs: 5 }] : [],
});
const alertWith = (history: HistoryCount[]) =>
  anAlert({
    summary: { channel: 'voice', externalIds: {}, agents: [], history },
    finding: { tags: ['shirking'], topic: 'outage' },
  });

test('the card says what is known from other conversations', () => {
  const alert = alertWith([counted('customer', 'k', 3), counted('agent', '10001', 4), counted('topic', 'outage', 23)]);
  expect(repeatContact(t, alert)).toBe('重复进线 · 7 天内第 3 次');
  expect(agentHabits(t, { '10001': '李晓' }, alert)).toEqual(['李晓 10001 近 7 天“shirking”类命中 4 次']);
  expect(incident(t, alert)).toBe('近 1 小时 23 通会话提到“outage”');
  expect(earlierContacts(alert)).toEqual([{ conversationId: 'c0', channel: 'chat', atMs: 5 }]);
});

test('a first contact, a first finding and another topic are nothing to say', () => {
  const alert = alertWith([counted('customer', 'k', 1), counted('agent', '10001', 1), counted('topic', 'other', 9)]);
  expect([repeatContact(t, alert), incident(t, alert)]).toEqual([undefined, undefined]);
  expect(agentHabits(t, {}, alert)).toEqual([]);
});
