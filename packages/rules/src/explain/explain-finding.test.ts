import type { ConversationRecord } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { recordOf, type Turn } from '../examples/record.js';
import { compileRuleSet, createErasJudge, type Eras, explainFinding, type RuleSet } from '../index.js';

const OPTIONS = { latenessMs: 0, language: 'en' } as const;

function setOf(...rules: string[]): RuleSet {
  const list = rules.map((rule) => `  - { title: t, severity: low, prompt: { what: w, next: n }, ${rule} }`);
  const compiled = compileRuleSet({ 'a.yaml': `rules:\n${list.join('\n')}\n` });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.ruleSet;
}

const customer = (text: string): Turn => ({ role: 'customer', text });

/** The turns from `at` on are heard under the next set. */
function moved(turns: Turn[], ...at: number[]): ConversationRecord {
  const record = recordOf(turns);
  [...record.utterances.values()].forEach((said, place) => {
    const era = at.filter((from) => place >= from).length;
    if (era > 0) said.era = era;
  });
  return record;
}

function erasOf(record: ConversationRecord, ...sets: RuleSet[]): Eras {
  const said = [...record.utterances.values()];
  const [first, ...later] = sets as [RuleSet, ...RuleSet[]];
  const fromMs = (era: number) => said.find((one) => (one.era ?? 0) >= era)?.startMs ?? 0;
  return [{ ruleSet: first, fromMs: 0 }, ...later.map((ruleSet, i) => ({ ruleSet, fromMs: fromMs(i + 1) }))];
}

const A = 'id: a, when: { count: { of: { phrases: [甲] }, atLeast: 2 } }';
const B = 'id: b, when: { phrases: [乙] }';

describe('a finding of a conversation whose rules changed', () => {
  const turns = [customer('甲'), customer('甲乙'), customer('甲乙')];

  test('is explained by what its rule heard since it came', () => {
    const record = moved(turns, 2);
    const eras = erasOf(record, setOf(A), setOf(A, B));
    const [finding] = createErasJudge(eras, record, OPTIONS)
      .findings()
      .filter((one) => one.ruleId === 'b');
    const explained = explainFinding(eras, record, OPTIONS, finding as NonNullable<typeof finding>);
    expect(explained?.findings).toEqual([finding]);
    expect(explained?.tree).toMatchObject({ holds: true, reason: 'found in 1 utterances, first u:customer:2' });
    expect(explained).toMatchObject({ fromMs: eras[1]?.fromMs });
    expect(explained).not.toHaveProperty('untilMs');
  });

  test('names the set that its rule came with, though a later one has the rule too', () => {
    const record = moved(turns, 1);
    const eras = erasOf(record, setOf(A), setOf(A, B));
    const [finding] = createErasJudge(eras, record, OPTIONS)
      .findings()
      .filter((one) => one.ruleId === 'a');
    expect(finding?.ruleSetHash).toBe(eras[0].ruleSet.hash);
    const explained = explainFinding(eras, record, OPTIONS, finding as NonNullable<typeof finding>);
    expect(explained?.findings).toEqual([finding]);
    const asOf = { ruleId: 'a', ruleSetHash: eras[1]?.ruleSet.hash ?? '', anchor: finding?.anchor ?? '' };
    expect(explainFinding(eras, record, OPTIONS, asOf)).toBeUndefined();
  });

  test('of a rule that is gone says since when, and counts no finding on later words', () => {
    const record = moved(turns, 2);
    const eras = erasOf(record, setOf(B), setOf(A));
    const hash = eras[0].ruleSet.hash;
    const explained = explainFinding(eras, record, OPTIONS, { ruleId: 'b', ruleSetHash: hash, anchor: 'u:customer:1' });
    expect(explained?.findings.map((one) => one.anchor)).toEqual(['u:customer:1']);
    expect(explained).toMatchObject({ untilMs: eras[1]?.fromMs, stands: true });
  });
});

describe('the tree of one finding among several', () => {
  const set = setOf(
    'id: r, when: { and: [{ phrases: [甲] }, { or: [{ phrases: [乙, 丁] }, { phrases: [丙] }] }] }, unless: { phrases: [算了], afterUtterances: 1 }',
  );
  const record = recordOf([customer('甲乙'), customer('嗯'), customer('甲丙'), customer('算了')]);
  const of = (anchor: string) =>
    explainFinding([{ ruleSet: set, fromMs: 0 }], record, OPTIONS, { ruleId: 'r', ruleSetHash: set.hash, anchor });

  test('shows the words of that one, and says of a part that was met elsewhere that it was', () => {
    const [first, either, excuse] = of('u:customer:0')?.tree.children ?? [];
    expect(first?.words).toMatchObject([{ segment: 0, quote: '甲乙', spans: [{ start: 0, end: 1 }] }]);
    expect(either?.children.map(({ holds, reason }) => [holds, reason])).toEqual([
      [true, 'found in 1 utterances, first u:customer:0'],
      [false, 'not here, but elsewhere: u:customer:2'],
    ]);
    expect(excuse).toMatchObject({ condition: 'no excuse (at most 1 utterances after)', holds: true });
  });

  test('of one that was taken back says by what', () => {
    const explained = of('u:customer:2');
    expect(explained?.findings.map((one) => one.anchor)).toEqual(['u:customer:0']);
    const excuse = explained?.tree.children.at(-1);
    expect(excuse).toMatchObject({ holds: false, reason: '1 taken back because of the excuse' });
    expect(excuse?.children[0]?.words?.[0]?.quote).toBe('算了');
  });
});

test('of a long list the phrases that were found are named first', () => {
  const many = Array.from({ length: 30 }, (_, n) => `词${n}号`);
  const set = setOf(`id: r, when: { phrases: [${many.join(', ')}] }`);
  const asked = { ruleId: 'r', ruleSetHash: set.hash, anchor: 'u:customer:0' };
  const eras: Eras = [{ ruleSet: set, fromMs: 0 }];
  const { tree } = explainFinding(eras, recordOf([customer('说了词27号')]), OPTIONS, asked) ?? {};
  expect(tree?.condition).toMatch(/^any of: 词27号 \/ 词0号 .* … \(30\)$/);
});

test('limits, gaps and scores stand in the tree', () => {
  const set = setOf(
    'id: r, when: { then: { first: { phrases: [甲], scope: { first: 3 } }, next: { sentiment: { of: anger, atLeast: 0.7 } }, withinSeconds: 30 } }',
  );
  const record = recordOf([
    { role: 'customer', text: '甲', atMs: 0, endMs: 500 },
    { role: 'customer', text: '乙', atMs: 9_000, scores: { anger: 0.91 } },
  ]);
  const eras: Eras = [{ ruleSet: set, fromMs: 0 }];
  const { tree } =
    explainFinding(eras, record, OPTIONS, { ruleId: 'r', ruleSetHash: set.hash, anchor: 'u:customer:0' }) ?? {};
  expect(tree?.condition).toBe('one after the other (within 30 s)');
  expect(tree?.reason).toBe('holds in 1 places, first u:customer:0, 9 s from first to last');
  expect(tree?.children.map(({ condition, reason }) => [condition, reason])).toEqual([
    ['any of: 甲; in the first 3 utterances', 'found in 1 utterances, first u:customer:0'],
    ['anger at least 0.7; by customer', 'found in 1 utterances, first u:customer:1'],
  ]);
  expect(tree?.children[1]).toMatchObject({ met: 1, scores: [[0.91]] });
});
