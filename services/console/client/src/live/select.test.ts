import { describe, expect, test } from 'vitest';
import { anAlert, aRow, ME } from '../testing/builders.js';
import { deskPrompts, promptQueue, sortedRows, waitingAlerts } from './select.js';
import { initialState, type LiveState } from './state.js';

function withAlerts(alerts: ReturnType<typeof anAlert>[], popped: string[]): LiveState {
  return { ...initialState('desk', ME, 0), alerts: new Map(alerts.map((alert) => [alert.id, alert])), popped };
}

test('rows stand by risk, then open alerts, then last words', () => {
  const rows = [
    aRow({ conversationId: 'quiet', lastAtMs: 9 }),
    aRow({ conversationId: 'high, one', risk: 'high', openAlerts: 1, lastAtMs: 9 }),
    aRow({ conversationId: 'high, two, spoke earlier', risk: 'high', openAlerts: 2, lastAtMs: 1 }),
    aRow({ conversationId: 'high, two, spoke last', risk: 'high', openAlerts: 2, lastAtMs: 5 }),
    aRow({ conversationId: 'critical', risk: 'critical', openAlerts: 1 }),
  ];
  expect(sortedRows(new Map(rows.map((row) => [row.conversationId, row]))).map((row) => row.conversationId)).toEqual([
    'critical',
    'high, two, spoke last',
    'high, two, spoke earlier',
    'high, one',
    'quiet',
  ]);
});

describe('the prompt on the desk', () => {
  const high = anAlert({ id: 'high' });
  const later = anAlert({ id: 'later' });
  const critical = anAlert({ id: 'critical', finding: { severity: 'critical' } });

  test('is the most urgent; among equals the one that stood there first', () => {
    const state = withAlerts([high, later, critical], ['high', 'later', 'critical']);
    expect(promptQueue(state).map((alert) => alert.id)).toEqual(['critical', 'high', 'later']);
  });

  test('gives way when its conversation has ended', () => {
    const ended = aRow({ endedAtMs: 5 });
    const other = anAlert({ id: 'other', conversationId: 'c2' });
    const state = { ...withAlerts([critical, other], ['critical', 'other']), conversations: new Map([['c1', ended]]) };
    expect(promptQueue(state)[0]?.id).toBe('other');
  });

  test('leaves when it is over', () => {
    expect(promptQueue(withAlerts([anAlert({ id: 'x', state: 'retracted' })], ['x']))).toEqual([]);
  });

  test('what did not pop up here waits below it; low is only stored', () => {
    const medium = anAlert({ id: 'medium', interrupting: false, finding: { severity: 'medium' } });
    const low = anAlert({ id: 'low', interrupting: false, finding: { severity: 'low' } });
    expect(waitingAlerts(withAlerts([high, medium, low], ['high'])).map((alert) => alert.id)).toEqual(['medium']);
  });

  test('any that waits can be opened, also one that popped up behind another', () => {
    const state = withAlerts([high, later, critical], ['high', 'later', 'critical']);
    const { prompt, waiting } = deskPrompts(state, 'later');
    expect([prompt, ...waiting].map((alert) => alert?.id)).toEqual(['later', 'critical', 'high']);
  });

  test('below it the newest of a severity is first, and ended conversations come last', () => {
    const late = anAlert({ id: 'late', finding: { wordsAtMs: 9_000_000_000_000 } });
    const over = anAlert({ id: 'over', conversationId: 'c2', finding: { severity: 'critical' } });
    const state = {
      ...withAlerts([high, later, late, over], ['high', 'later', 'late', 'over']),
      conversations: new Map([['c2', aRow({ conversationId: 'c2', endedAtMs: 5 })]]),
    };
    expect(deskPrompts(state, undefined).waiting.map((alert) => alert.id)).toEqual(['late', 'later', 'over']);
  });
});
