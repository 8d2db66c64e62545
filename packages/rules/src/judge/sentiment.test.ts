import { type ConversationRecord, type UtteranceScore, utteranceAnchor } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { checkExamples } from '../examples/check.js';
import { recordOf, type Turn } from '../examples/record.js';
import { explain } from '../explain/explain.js';
import { compileRuleSet } from '../language/compile.js';
import { createJudge, judgeRecord } from './judge.js';

const OPTIONS = { latenessMs: 0 };

function rules(rule: string) {
  const text = `rules:\n  - { id: r, title: t, severity: high, prompt: { what: w, next: n }, ${rule} }`;
  return compileRuleSet({ 'a.yaml': text });
}

function ruleSet(rule: string) {
  const compiled = rules(rule);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.ruleSet;
}

const customer = (anger?: number, text = '嗯'): Turn => ({
  role: 'customer',
  text,
  ...(anger === undefined ? {} : { scores: { anger } }),
});
const agent = (anger?: number): Turn => ({ ...customer(anger), role: 'agent' });
const anchors = (rule: string, turns: Turn[]) =>
  judgeRecord(ruleSet(rule), recordOf(turns), OPTIONS)
    .map(({ anchor }) => anchor)
    .sort();

describe('a level', () => {
  test('is reached at its value, and below it from just under', () => {
    const turns = [customer(0.699), customer(0.7), customer(0.701)];
    expect(anchors('when: { sentiment: { of: anger, atLeast: 0.7 } }', turns)).toEqual([
      'u:customer:1',
      'u:customer:2',
    ]);
    expect(anchors('when: { sentiment: { of: anger, below: 0.7 } }', turns)).toEqual(['u:customer:0']);
  });

  test('over turns is their mean, of the customer alone however much staff say in between', () => {
    const turns = [customer(0.2), agent(1), customer(0.6), agent(), customer(1)];
    expect(anchors('when: { sentiment: { of: anger, atLeast: 0.6, overTurns: 3 } }', turns)).toEqual(['u:customer:2']);
    expect(anchors('when: { sentiment: { of: anger, atLeast: 0.601, overTurns: 3 } }', turns)).toEqual([]);
  });

  test('hears staff where it says so', () => {
    const rule = 'when: { sentiment: { of: anger, atLeast: 0.5 }, roles: [agent] }';
    expect(anchors(rule, [customer(1), agent(0.5)])).toEqual(['u:agent:0']);
  });

  test('goes together with words for one utterance', () => {
    const rule = 'when: { and: [{ phrases: [退款] }, { sentiment: { of: anger, atLeast: 0.5 } }] }';
    const turns = [customer(0.4, '退款'), customer(0.9, '你好'), customer(0.9, '退款')];
    expect(anchors(rule, turns)).toEqual(['u:customer:2']);
  });
});

describe('a slope', () => {
  const rule = 'when: { sentiment: { of: anger, risesBy: 0.6, overTurns: 3 } }';

  test('is that of the line that fits best', () => {
    expect(anchors(rule, [customer(0.1), customer(0.9), customer(0.7)])).toEqual(['u:customer:2']);
    expect(anchors(rule, [customer(0.1), customer(0.9), customer(0.69)])).toEqual([]);
    expect(anchors(rule, [customer(0.9), customer(0.5), customer(0.1)])).toEqual([]);
  });

  test('is undecided until there are enough turns', () => {
    expect(anchors(rule, [customer(0), customer(1)])).toEqual([]);
  });
});

describe('what is unknown', () => {
  test.each([
    ['a level', 'when: { sentiment: { of: anger, below: 1 } }'],
    ['the opposite of a level', 'when: { not: { sentiment: { of: anger, atLeast: 0.5 } }, }'],
    [
      'an and with something true',
      'when: { and: [{ phrases: [嗯] }, { not: { sentiment: { of: anger, atLeast: 0.5 } } }] }',
    ],
  ])('leaves %s undecided', (_what, rule) => {
    expect(anchors(`roles: [customer], ${rule}`, [customer()])).toEqual([]);
    expect(anchors(`roles: [customer], ${rule}`, [customer(0.1)])).toEqual(['u:customer:0']);
  });

  test('does not stand in the way of an or with something true', () => {
    const rule = 'when: { or: [{ phrases: [嗯] }, { sentiment: { of: anger, atLeast: 0.5 } }] }';
    expect(anchors(rule, [customer()])).toEqual(['u:customer:0']);
  });

  test('in one turn of the window leaves the whole window undecided', () => {
    const rule = 'when: { sentiment: { of: anger, atLeast: 0, overTurns: 3 } }';
    expect(anchors(rule, [customer(1), customer(), customer(1), customer(1), customer(1)])).toEqual(['u:customer:4']);
  });
});

describe('a score that comes late', () => {
  const give = (record: ConversationRecord, segment: number, anger: number, more: Partial<UtteranceScore> = {}) => {
    record.scores ??= new Map();
    const anchor = utteranceAnchor('customer', segment);
    const scores = { negative: 0, neutral: 0, positive: 0, anger, offensive: 0 };
    const score = { leg: 'customer', segment, revision: 0, model: 'm-1', scores, ...more };
    record.scores.set(anchor, [...(record.scores.get(anchor) ?? []), score]);
    return anchor;
  };

  test.each([
    ['the utterance itself', 'when: { sentiment: { of: anger, atLeast: 0.5 } }', [0, 1, 2]],
    ['every window that it lies in', 'when: { sentiment: { of: anger, atLeast: 0.5, overTurns: 2 } }', [1, 2]],
    [
      'windows that end with certain words',
      'when: { and: [{ phrases: [嗯] }, { sentiment: { of: anger, atLeast: 0.5, overTurns: 3 } }] }',
      [2],
    ],
  ])('decides %s, and as the batch does after every step', (_what, rule, want) => {
    const set = ruleSet(rule);
    const record = recordOf([customer(), agent(), customer(), customer()]);
    const judge = createJudge(set, record, OPTIONS);
    expect(judge.findings()).toEqual([]);
    for (const segment of [1, 2, 0]) {
      judge.utteranceChanged(give(record, segment, 0.5));
      expect(judge.findings()).toEqual(judgeRecord(set, record, OPTIONS));
    }
    expect(
      judge
        .findings()
        .map(({ anchor }) => anchor)
        .sort(),
    ).toEqual(want.map((n) => `u:customer:${n}`));
  });

  test('counts for its revision alone, and of two models that of the last name', () => {
    const set = ruleSet('when: { sentiment: { of: anger, atLeast: 0.5 } }');
    const record = recordOf([customer()]);
    const judge = createJudge(set, record, OPTIONS);
    const stands = () => judge.findings().length > 0;
    judge.utteranceChanged(give(record, 0, 1, { revision: 1 }));
    expect(stands()).toBe(false);
    judge.utteranceChanged(give(record, 0, 1, { model: 'm-2' }));
    expect(stands()).toBe(true);
    judge.utteranceChanged(give(record, 0, 0, { model: 'm-1' }));
    expect(stands()).toBe(true);
    judge.utteranceChanged(give(record, 0, 0, { model: 'm-3' }));
    expect(stands()).toBe(false);
  });
});

describe('the language', () => {
  test.each([
    ['no value', '{ of: anger }'],
    ['two values', '{ of: anger, atLeast: 0.5, below: 0.7 }'],
    ['a slope without turns', '{ of: anger, risesBy: 0.5 }'],
    ['a value beyond 1', '{ of: anger, atLeast: 60 }'],
    ['an unknown feeling', '{ of: sadness, atLeast: 0.5 }'],
    ['one turn', '{ of: anger, atLeast: 0.5, overTurns: 1 }'],
  ])('refuses %s, with its place', (_what, sentiment) => {
    const compiled = rules(`when: { sentiment: ${sentiment} }`);
    expect(compiled).toMatchObject({
      ok: false,
      faults: [{ line: 2, path: expect.stringContaining('rules[0].when') }],
    });
  });

  test('refuses a role that the rule does not hear', () => {
    const compiled = rules('roles: [agent], when: { sentiment: { of: anger, atLeast: 1 }, roles: [customer] }');
    expect(compiled).toMatchObject({ ok: false, faults: [{ code: 'role-not-heard' }] });
  });

  test('takes scores in examples', () => {
    const of = (scores: string) => `{ role: customer, text: 嗯${scores} }`;
    const hit = `[[${of(', scores: { anger: 0.9 }')}]]`;
    const miss = `[[${of('')}], [${of(', scores: { negative: 0.9 }')}]]`;
    const rule = 'when: { sentiment: { of: anger, atLeast: 0.7 } }';
    expect(checkExamples(ruleSet(`${rule}, examples: { hit: ${hit}, miss: ${miss} }`))).toEqual([]);
    expect(checkExamples(ruleSet(`${rule}, examples: { hit: ${miss}, miss: ${hit} }`))).toHaveLength(3);
  });
});

describe('an explanation', () => {
  const why = (turns: Turn[], language: 'zh' | 'en') => {
    const set = ruleSet('when: { sentiment: { of: anger, atLeast: 0.7, overTurns: 2 } }');
    const { tree } = explain(set, recordOf(turns), { ...OPTIONS, language }, 'r');
    return `${tree.condition} · ${tree.reason}`;
  };

  test('says what was asked and how near it came, in both languages', () => {
    const turns = [customer(0.5), customer()];
    expect(why(turns, 'en')).toContain('anger at least 0.7 on average over 2 turns');
    expect(why(turns, 'en')).toContain('the highest score is 0.5: u:customer:0 (1 of 2 utterances have one)');
    expect(why(turns, 'zh')).toContain('2 句平均愤怒得分不低于 0.7');
  });

  test('says that nothing is known rather than that nothing was found', () => {
    expect(why([customer(), customer()], 'en')).toContain('none of 2 utterances has a score: undecided');
  });
});
