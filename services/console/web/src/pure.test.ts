import { describe, expect, test } from 'vitest';
import { anAlert, aRow } from '../../client/src/testing/builders.js';
import { folders } from './inbox-lists.js';
import { formatRoute, parseRoute } from './route.js';
import { steady } from './steady.js';

test.each([
  { page: 'wall' },
  { page: 'search', q: '2026 #/&?' },
  { page: 'conversation', conversationId: 'a/b?c' },
  { page: 'conversation', conversationId: 'c1', alertId: 'x&y' },
  { page: 'rules' },
  { page: 'rules', ruleId: 'a b&c' },
  { page: 'versions' },
  { page: 'versions', epoch: 12 },
] as const)('an address leads back to the place it was made from: %o', (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

test('a broken address shows the wall or what it names, and throws nothing', () => {
  expect(parseRoute('#/c/%E4%BD')).toEqual({ page: 'conversation', conversationId: '%E4%BD' });
  expect(parseRoute('#/nonsense')).toEqual({ page: 'wall' });
});

describe('the inbox', () => {
  const all = [
    anAlert({ id: 'high', finding: { wordsAtMs: 1 } }),
    anAlert({ id: 'high, newer', finding: { wordsAtMs: 2 } }),
    anAlert({ id: 'critical', finding: { severity: 'critical' } }),
    anAlert({ id: 'low', finding: { severity: 'low' } }),
    anAlert({ id: 'theirs', state: 'claimed', claimedBy: '20007', finding: { severity: 'critical' } }),
    anAlert({ id: 'mine', state: 'claimed', claimedBy: '20001' }),
    anAlert({ id: 'done', state: 'resolved', outcome: 'rescued' }),
  ];
  const lists = folders(new Map(all.map((alert) => [alert.id, alert])), '20001');

  test('holds the unclaimed by urgency, newest words first, and leaves low in store', () => {
    expect(lists.open.map((alert) => alert.id)).toEqual(['critical', 'high, newer', 'high']);
  });

  test('shows what others have claimed, after what is mine', () => {
    expect(lists.claimed.map((alert) => alert.id)).toEqual(['mine', 'theirs']);
    expect(lists.closed.map((alert) => alert.id)).toEqual(['done']);
  });
});

test('while the pointer rests on the table, rows keep their places, leave when removed, and new ones wait at the end', () => {
  const rows = new Map(
    ['b', 'c', 'new'].map((id) => [
      id,
      aRow({ conversationId: id, ...(id === 'c' ? { risk: 'critical' as const } : {}) }),
    ]),
  );
  expect(steady(['a', 'b', 'c'], rows).map((row) => row.conversationId)).toEqual(['b', 'c', 'new']);
});
