import { describe, expect, test } from 'vitest';
import type { Hits, Rule } from './api.js';
import { filtered, type RuleFilter, ruleRows, sorted } from './rule-list.js';

const aRule = (id: string, over: Partial<Rule> = {}): Rule => ({
  id,
  title: { zh: `规则${id}`, en: `Rule ${id}` },
  severity: 'high',
  points: 0,
  tags: [],
  roles: ['customer'],
  on: 'final',
  prompt: { what: '客户催退款', say: ['马上查'], next: '转班组长' },
  examples: { hit: [], miss: [] },
  ...over,
});

const RULES = [
  aRule('refund', { tags: ['ecommerce'], source: '消费者权益保护法' }),
  aRule('scam', { severity: 'critical', tags: ['fraud'] }),
  aRule('shirks', { severity: 'medium', roles: ['agent'] }),
];
const hit = (ruleId: string, findings: number, lastAtMs: number) => ({
  ruleId,
  title: ruleId,
  findings,
  conversations: 1,
  takenBack: 0,
  lastAtMs,
  byVersion: [],
});
const HITS: Hits = { state: 'on', days: 7, rules: [hit('refund', 9, 1), hit('shirks', 2, 5), hit('gone', 3, 3)] };
const rows = ruleRows(RULES, HITS, 'zh');
const ids = (list: { id: string }[]) => list.map((row) => row.id);
const passing = (filter: Partial<RuleFilter>) => ids(filtered(rows, { q: '', show: 'all', ...filter }));

describe('the list of rules', () => {
  test('holds what is in force, and what is not any more but has hit', () => {
    expect(ids(rows)).toEqual(['refund', 'scam', 'shirks', 'gone']);
    expect(rows.at(-1)?.rule).toBeUndefined();
  });

  test.each([
    [{ q: '退款 保护法' }, ['refund']],
    [{ q: 'RULE SCAM' }, ['scam']],
    [{ q: '没有这样的' }, []],
    [{ severity: 'critical' }, ['scam']],
    [{ tag: 'fraud' }, ['scam']],
    [{ role: 'agent' }, ['shirks']],
    [{ show: 'hit' }, ['refund', 'shirks', 'gone']],
    [{ show: 'quiet' }, ['scam']],
  ] as const)('lets through %o', (filter, expected) => {
    expect(passing(filter)).toEqual(expected);
  });

  test.each([
    ['severity', ['scam', 'refund', 'shirks', 'gone']],
    ['findings', ['refund', 'gone', 'shirks', 'scam']],
    ['last', ['shirks', 'gone', 'refund', 'scam']],
  ] as const)('stands by %s', (sort, expected) => {
    expect(ids(sorted(rows, sort))).toEqual(expected);
  });
});
