import type { ConversationRecord, Finding, RuleSetStamp } from '@earshot/model';
import { loadStarterRulebook } from '@earshot/rulebooks';
import {
  compileRuleSet,
  createErasJudge,
  type Example,
  judgeRecord,
  type RuleSet,
  recordOf,
  ruleSetInfo,
  type Turn,
} from '@earshot/rules';
import { describe, expect, test } from 'vitest';
import { createAccess } from '../src/access.js';
import { type Recorded, recordOfHeld } from '../src/explain/recorded.js';
import { type Why, whyOf } from '../src/explain/why.js';
import { pastRecord } from '../src/history/past-conversation.js';
import { createBook } from '../src/state/book.js';
import { factsOf } from './support/said.js';

const OPTIONS = { latenessMs: 3_000, language: 'zh' } as const;
const MINUTE_MS = 60_000;

function compiled(files: Record<string, string>): RuleSet {
  const made = compileRuleSet(files);
  if (!made.ok) throw new Error(JSON.stringify(made.faults));
  return made.ruleSet;
}

const setOf = (...rules: string[]): RuleSet =>
  compiled({
    'a.yaml': `rules:\n${rules
      .map((rule) => `  - { title: t, severity: low, prompt: { what: w, next: n }, ${rule} }`)
      .join('\n')}\n`,
  });

const stampOf = (ruleSet: RuleSet, epoch = 1, appliesToRunning = false): RuleSetStamp => ({
  epoch,
  hash: ruleSet.hash,
  appliesToRunning,
});

function bookOf(keepLines = 500) {
  const book = createBook(createAccess({ people: () => undefined }), { keepLines, partitions: 1 });
  book.begin([0]);
  return book;
}

/** What the console holds of this record after its facts have been on the log. */
function heldOf(record: ConversationRecord, stamp: (place: number) => RuleSetStamp, keepLines = 500): Recorded {
  const book = bookOf(keepLines);
  for (const fact of factsOf(record, stamp)) book.applyFact(fact, fact.atMs);
  const conversation = book.find(record.tenant, record.conversationId);
  const held = conversation && recordOfHeld(conversation);
  if (!held) throw new Error('nothing is held');
  return held;
}

function why(recorded: Recorded, finding: Finding, sets: RuleSet[], takenBack = false): Why {
  return whyOf(recorded, finding, takenBack, { ...OPTIONS, ruleSet: (hash) => sets.find((one) => one.hash === hash) });
}

function recordOfExample(example: Example): ConversationRecord {
  if (typeof example === 'string') return recordOf([{ role: 'customer', text: example }]);
  if (Array.isArray(example)) return recordOf(example);
  return recordOf(example.turns, example);
}

const starter = compiled(loadStarterRulebook());
const examples = ruleSetInfo(starter).flatMap(({ id, roles, examples: { hit } }) =>
  hit.map((example, n) => {
    const said = typeof example === 'string' ? [{ role: roles[0] ?? 'customer', text: example } as Turn] : example;
    const record = recordOfExample(said);
    // Some rules are for one line of business alone.
    record.businessLine = 'wealth';
    return { name: `${id} ${n}`, record };
  }),
);

describe('every example of the shipped rules', () => {
  test('gives, from what the console holds of it, the findings that were judged, each with a tree that holds', () => {
    expect(examples.length).toBeGreaterThan(200);
    for (const { name, record } of examples) {
      const judged = judgeRecord(starter, record, OPTIONS);
      const held = heldOf(record, () => stampOf(starter));
      expect([name, judgeRecord(starter, held.record, OPTIONS)]).toEqual([name, judged]);
      for (const finding of judged) {
        const explained = why(held, finding, [starter]);
        expect([name, explained]).toEqual([
          name,
          expect.objectContaining({ state: 'explained', stands: true, extent: 'whole' }),
        ]);
        expect([name, explained.state === 'explained' && explained.tree.holds]).toEqual([name, true]);
      }
    }
  });

  test('gives from the words of the warehouse the same finding, or none: never another', () => {
    let explained = 0;
    for (const { name, record } of examples) {
      const words = [...record.utterances.values()].map(({ openRevisions: _, era: __, ...said }) => said);
      const { startedAtMs = 0, endedAtMs = null } = record;
      const place = { channel: record.channel, businessLine: 'wealth', queue: '', skillGroup: '' };
      const facts = { ...place, startedAtMs, endedAtMs, lastAtMs: record.nowMs };
      const { scores = new Map(), history = new Map() } = record;
      const past = pastRecord(record, { facts, words, scores, history });
      for (const finding of judgeRecord(starter, record, OPTIONS)) {
        const answer = why(past, finding, [starter]);
        if (answer.state === 'explained') explained++;
        else expect([name, answer]).toEqual([name, expect.objectContaining({ state: 'unknown', why: 'differs' })]);
        if (answer.state === 'explained') expect([name, answer.stands]).toEqual([name, true]);
      }
    }
    expect(explained).toBeGreaterThan(200);
  });
});

const customer = (text: string): Turn => ({ role: 'customer', text });
const COUNTS = 'id: a, when: { count: { of: { phrases: [甲] }, atLeast: 2 } }';
const HEARS = 'id: b, when: { phrases: [乙] }';

describe('a conversation whose rules changed', () => {
  const turns = [customer('甲'), customer('甲乙'), customer('甲乙')];
  const [old, now] = [setOf(COUNTS), setOf(COUNTS, HEARS)];

  test('is explained by the rules that each utterance met', () => {
    const record = recordOf(turns);
    const held = heldOf(record, (place) => (place < 2 ? stampOf(old) : stampOf(now, 2, true)));
    const [first, , last] = [...record.utterances.values()];
    expect(held.followed).toMatchObject({ laterEras: [{ hash: now.hash, fromMs: last?.startMs }] });
    const eras = [
      { ruleSet: old, fromMs: 0 },
      { ruleSet: now, fromMs: last?.startMs ?? 0 },
    ] as const;
    const judged = createErasJudge([...eras], held.record, OPTIONS).findings();
    expect(judged.map(({ ruleId, ruleSetHash }) => [ruleId, ruleSetHash])).toEqual(
      expect.arrayContaining([
        ['a', old.hash],
        ['b', now.hash],
      ]),
    );
    expect(judged).toHaveLength(2);
    for (const finding of judged) {
      const answer = why(held, finding, [old, now]);
      expect(answer).toMatchObject({ state: 'explained', stands: true, ruleSetHash: finding.ruleSetHash });
      if (finding.ruleId === 'b') expect(answer).toMatchObject({ fromMs: last?.startMs });
    }
    expect(first?.era).toBeUndefined();
  });

  test('stays with the rules of its beginning where the newer are for new conversations alone', () => {
    const held = heldOf(recordOf(turns), (place) => (place < 1 ? stampOf(old) : stampOf(now, 2)));
    expect(held.followed.laterEras).toEqual([]);
    const [wrong] = judgeRecord(now, held.record, OPTIONS).filter(({ ruleId }) => ruleId === 'b');
    expect(why(held, wrong as Finding, [old, now])).toMatchObject({ state: 'unknown', why: 'differs' });
  });

  test('is not explained while one of its sets is not known, and says which', () => {
    const held = heldOf(recordOf(turns), (place) => (place < 2 ? stampOf(old) : stampOf(now, 2, true)));
    const [finding] = judgeRecord(old, held.record, OPTIONS);
    expect(why(held, finding as Finding, [old])).toEqual({
      state: 'unknown',
      why: 'rule-set',
      ruleSetHash: now.hash,
    });
    const compiling = whyOf(held, finding as Finding, false, { ...OPTIONS, ruleSet: () => 'compiling' });
    expect(compiling).toEqual({ state: 'compiling' });
  });
});

describe('what is held only in part', () => {
  const set = setOf(COUNTS, HEARS);
  const turns = [customer('甲'), customer('甲'), customer('嗯'), customer('乙')];
  const record = recordOf(turns);
  const judged = judgeRecord(set, record, OPTIONS);
  const of = (ruleId: string) => judged.find((finding) => finding.ruleId === ruleId) as Finding;

  test('explains a finding whose words are there, and none whose words are gone', () => {
    const held = heldOf(record, () => stampOf(set), 2);
    expect(held.extent).toBe('part');
    expect(why(held, of('b'), [set])).toMatchObject({ state: 'explained', extent: 'part' });
    expect(why(held, of('a'), [set])).toMatchObject({ state: 'unknown', why: 'differs' });
  });

  test('is whole again by the record that the engine keeps, and judged the same', () => {
    const book = bookOf();
    const followed = { ruleSet: stampOf(set), laterEras: [] };
    const late = factsOf(record, () => stampOf(set)).slice(-2);
    for (const fact of late) book.applyFact(fact, fact.atMs);
    book.applyRecord(record, MINUTE_MS, followed);
    const conversation = book.find(record.tenant, record.conversationId);
    const held = conversation && recordOfHeld(conversation);
    expect(held?.extent).toBe('whole');
    expect(judgeRecord(set, held?.record as ConversationRecord, OPTIONS)).toEqual(judged);
  });
});

test('a finding that rests on history is explained by what history said', () => {
  const set = setOf('id: r, when: { and: [{ phrases: [甲] }, { history: { contacts: { atLeast: 3 } } }] }');
  const record = recordOf([customer('甲')]);
  const subject = { kind: 'customer', id: 'k' } as const;
  record.history = new Map([['customer:k', { subject, cause: 4, knownMs: 9, count: 3, tags: [], earlier: [] }]]);
  const [finding] = judgeRecord(set, record, OPTIONS);
  const held = heldOf(record, () => stampOf(set));
  expect(judgeRecord(set, held.record, OPTIONS)).toEqual([finding]);
  expect(why(held, finding as Finding, [set])).toMatchObject({ state: 'explained', stands: true });
  const forgotten = { ...held, extent: 'past', record: { ...held.record, history: new Map() } } as const;
  expect(why(forgotten, finding as Finding, [set])).toMatchObject({ state: 'unknown', why: 'differs' });
});

test('a finding that was taken back is explained by what took it back', () => {
  const set = setOf('id: r, when: { phrases: [甲] }, unless: { phrases: [算了] }');
  const before = recordOf([customer('甲')], { open: true });
  const [finding] = judgeRecord(set, before, OPTIONS);
  const held = heldOf(recordOf([customer('甲'), customer('算了')]), () => stampOf(set));
  const answer = why(held, finding as Finding, [set], true);
  expect(answer).toMatchObject({ state: 'explained', stands: false, tree: { holds: false } });
  // An alert that is open is no such thing: something here is not what the engine saw.
  expect(why(held, finding as Finding, [set], false)).toMatchObject({ state: 'unknown', why: 'differs' });
});

test('a verdict on words that are still being said names the revision that it was passed on', () => {
  const set = setOf('id: r, on: partial, when: { phrases: [甲] }');
  const record = recordOf([customer('')], { open: true });
  const [fact] = factsOf(record, () => stampOf(set)).filter(({ body }) => body.kind === 'utterance');
  const book = bookOf();
  const texts = ['嗯', '嗯甲', '嗯甲乙', '嗯甲乙丙'];
  for (const revision of [0, 2, 1, 3]) {
    const text = texts[revision] ?? '';
    const body = { ...fact?.body, kind: 'utterance', revision, text, final: false } as never;
    book.applyFact({ ...(fact as NonNullable<typeof fact>), body }, 0);
  }
  const conversation = book.find(record.tenant, record.conversationId);
  const held = (conversation && recordOfHeld(conversation)) as Recorded;
  const [finding] = judgeRecord(set, held.record, OPTIONS);
  expect(finding).toMatchObject({ provisional: true, evidence: [{ revision: 1, quote: '嗯甲' }] });
  expect(why(held, finding as Finding, [set])).toMatchObject({ state: 'explained', stands: true });
});
