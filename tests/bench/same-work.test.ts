import { compilePhrases } from '@earshot/rules/match';
import { Chance } from '@earshot/testkit';
import { describe, expect, test } from 'vitest';
import { ConversationJudge, compileRules } from './baseline/judge.js';
import { makePhrases, readTexts } from './lib/corpus.js';
import { planner } from './lib/load-plan.js';
import type { StepResult } from './lib/load-step.js';
import { OurConversation } from './lib/ours.js';
import { grow, newHits, rescanned } from './lib/partials.js';
import { requireSame } from './lib/same.js';
import { RateSearch } from './lib/search.js';
import { conversations } from './lib/talk.js';
import { compile, writeRules } from './lib/write-rules.js';

const texts = readTexts(new Chance(7)).slice(0, 2_000);

describe('what the benches compare does the same work', () => {
  test('our engine and the judge of the baseline find the same in talk with order, windows and exceptions', () => {
    const chance = new Chance(11);
    const rules = writeRules(chance, texts, 60);
    const ruleSet = compile(rules);
    const compiled = compileRules(rules);
    const talk = conversations(chance, { count: 150, turns: 40, texts, spoken: rules, share: 0.3 });
    const found = { ours: [] as string[], baseline: [] as string[] };
    for (const said of talk) {
      const id = said[0]?.conversation ?? '';
      const ours = new OurConversation(ruleSet, id);
      const baseline = new ConversationJudge();
      const name = ({ rule, anchor }: { rule: string; anchor: string }) => `${id} ${rule} ${anchor}`;
      for (const one of said) {
        ours.hear(one);
        found.baseline.push(...baseline.hear(compiled, one).map(name));
      }
      found.ours.push(...ours.hits().map(name));
    }
    expect(found.ours.sort()).toEqual(found.baseline.sort());
    const kinds = new Set(found.ours.map((hit) => Number(hit.split(' ')[1]?.slice('rule-'.length)) % 20));
    for (const kind of [0, 10, 14, 17]) expect(kinds).toContain(kind);
  });

  test('a planned load names every alert that its words must raise, at the time of the words that complete it', () => {
    const rules = writeRules(new Chance(3), texts, 200);
    const { words, expected } = planner(rules)({
      name: 't',
      seed: 5,
      ratePerSecond: 500,
      seconds: 4,
      conversations: 50,
      desks: ['a', 'b'],
      texts,
      rules,
    });
    expect(words).toHaveLength(2_000);
    expect(expected.size).toBeGreaterThan(10);
    const times = new Set(words.map(({ atMs }) => atMs));
    for (const atMs of expected.values()) expect(times).toContain(atMs);
  });

  test('partials taken up where the last one ended report each hit once, and all that scanning again finds', () => {
    const phrases = makePhrases(new Chance(1), texts, { count: 2_000, cut: 0.3 });
    const matcher = compilePhrases(phrases);
    for (const text of texts.slice(0, 300)) {
      const partials = grow(text);
      const reported = newHits(matcher, partials);
      expect(new Set(reported).size).toBe(reported.length);
      expect(new Set(reported)).toEqual(new Set(rescanned(matcher, partials)));
    }
  });
});

test('a difference ends a bench', () => {
  expect(requireSame(['a', ['1', '2']], ['b', ['2', '1']])).toBe(2);
  expect(() => requireSame(['a', ['1']], ['b', ['1', '2']])).toThrow('b found 2, a did not');
  expect(() => requireSame(['a', ['1', '3']], ['b', ['1']])).toThrow('a found 3, b did not');
});

test.each([60, 900, 1_234, 40_000])(
  'the search ends within a tenth below the highest rate that is carried: %i',
  (limit) => {
    const search = new RateSearch(500);
    for (let rate = search.next(); rate !== undefined; rate = search.next()) {
      search.take({ ratePerSecond: rate, carried: rate <= limit } as StepResult);
    }
    const found = search.highest?.ratePerSecond ?? 0;
    expect(found).toBeLessThanOrEqual(limit);
    expect(found).toBeGreaterThan(limit * 0.85);
  },
);
