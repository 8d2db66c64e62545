import { type ConversationRecord, type RecordedUtterance, utteranceAnchor } from '@earshot/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRuleSet, createJudge, judgeRecord } from '../index.js';

const words = ['投诉', '骗子', '您好', '工号', 'refund'] as const;
const seconds = fc.integer({ min: 0, max: 12 });
const count = fc.integer({ min: 1, max: 3 });
const list = fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 2 });
const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
const limits = { withinSeconds: maybe(seconds), withinUtterances: maybe(count) };

const scope = fc.oneof(
  fc.record({ first: count }),
  fc.record({ last: count }),
  fc.record({ fromSeconds: fc.integer({ min: 0, max: 5 }), toSeconds: fc.integer({ min: 6, max: 15 }) }),
);
const said = fc.record({
  phrases: fc.oneof(
    { weight: 4, arbitrary: list },
    fc.record({ any: list, none: list }),
    fc.record({ all: list }),
    fc.record({ none: list }),
  ),
  roles: maybe(fc.constantFrom(['customer'], ['agent'])),
  scope: fc.option(scope, { nil: undefined, freq: 6 }),
});
const onUtterance = fc.oneof(
  { weight: 4, arbitrary: said },
  fc.record({ and: fc.tuple(said, said) }),
  fc.record({ or: fc.tuple(said, said) }),
  fc.record({ not: said }),
);
const carrying = fc.oneof(
  onUtterance,
  fc.record({ then: fc.record({ first: onUtterance, next: onUtterance, ...limits }) }),
  fc.record({ count: fc.record({ of: onUtterance, atLeast: fc.integer({ min: 2, max: 3 }), ...limits }) }),
  fc.record({ missing: fc.record({ expect: onUtterance, withinSeconds: seconds, after: maybe(onUtterance) }) }),
  fc.record({ once: onUtterance }),
);
const when = fc.oneof(
  { weight: 5, arbitrary: carrying },
  fc.record({ or: fc.tuple(carrying, carrying) }),
  fc.record({ and: fc.oneof(fc.tuple(carrying, carrying), fc.tuple(carrying, fc.record({ not: carrying }))) }),
);
const rule = fc.record({
  on: fc.constantFrom('final', 'partial'),
  when,
  unless: fc.option(
    fc.record({
      phrases: list,
      beforeSeconds: maybe(seconds),
      afterSeconds: maybe(seconds),
      beforeUtterances: maybe(count),
      afterUtterances: maybe(count),
    }),
    { nil: undefined, freq: 2 },
  ),
  only: fc.option(fc.constant({ queues: ['vip'] }), { nil: undefined, freq: 4 }),
});

/** Rules that count utterances, so that a silent word in the middle may change their verdict. */
const one = fc.record({ phrases: fc.constantFrom(['投诉'], ['骗子']) });
const counting = fc.record({
  on: fc.constantFrom('final', 'partial'),
  when: fc.oneof(
    fc.record({ phrases: list, scope: fc.oneof(fc.record({ first: count }), fc.record({ last: count })) }),
    fc.record({ then: fc.record({ first: one, next: one, withinUtterances: count }) }),
    fc.record({ count: fc.record({ of: one, atLeast: fc.constant(2), withinUtterances: fc.constantFrom(2, 3) }) }),
  ),
  unless: maybe(fc.record({ phrases: fc.constant(['您好']), beforeUtterances: maybe(count), afterUtterances: count })),
});

const text = fc.array(fc.constantFrom(...words, '嗯', '，', ' '), { maxLength: 2 }).map((parts) => parts.join(''));
const event = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('said' as const),
      leg: fc.constantFrom('customer' as const, 'agent' as const),
      segment: fc.integer({ min: 0, max: 5 }),
      revision: fc.integer({ min: 0, max: 3 }),
      final: fc.constantFrom(true, true, false),
      text,
      startMs: fc.integer({ min: 0, max: 15 }).map((n) => n * 1000),
      lengthMs: fc.integer({ min: 0, max: 3 }).map((n) => n * 1000),
    }),
  },
  fc.record({
    kind: fc.constant('withdrawn' as const),
    leg: fc.constant('agent'),
    segment: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({ kind: fc.constant('now' as const), nowMs: fc.integer({ min: 0, max: 40_000 }) }),
  fc.record({ kind: fc.constant('started' as const), atMs: fc.constantFrom(0, 2000) }),
  fc.record({ kind: fc.constant('ended' as const), atMs: fc.constantFrom(9000, 20_000) }),
  fc.record({ kind: fc.constant('queue' as const), queue: fc.constantFrom('vip', 'other') }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

function emptyRecord(resumed: boolean): ConversationRecord {
  return {
    tenant: 't',
    conversationId: 'c',
    channel: 'voice',
    resumed,
    nowMs: 0,
    externalIds: {},
    fields: {},
    participants: [],
    utterances: new Map(),
  };
}

/** Changes the record in place, as a fold would, and says which utterance it touched. */
function apply(record: ConversationRecord, happened: Event): string | undefined {
  if (happened.kind === 'now') record.nowMs = Math.max(record.nowMs, happened.nowMs);
  else if (happened.kind === 'started') record.startedAtMs = happened.atMs;
  else if (happened.kind === 'ended') record.endedAtMs = happened.atMs;
  else if (happened.kind === 'queue') record.queue = happened.queue;
  else return applyWords(record, happened);
  return undefined;
}

function applyWords(record: ConversationRecord, happened: Event & { kind: 'said' | 'withdrawn' }): string {
  const anchor = utteranceAnchor(happened.leg, happened.segment);
  const before = record.utterances.get(anchor);
  if (happened.kind === 'withdrawn') {
    if (before) Object.assign(before, { withdrawn: true, openRevisions: [] });
    return anchor;
  }
  const { leg, segment, revision, final, startMs } = happened;
  const endMs = startMs + happened.lengthMs;
  const utterance: RecordedUtterance = before ?? {
    participantId: leg,
    role: leg,
    leg,
    segment,
    revision: -1,
    final: false,
    withdrawn: false,
    text: '',
    startMs,
    endMs,
    receivedAtMs: 0,
    openRevisions: [],
  };
  record.utterances.set(anchor, utterance);
  if (utterance.withdrawn || (utterance.final && (!final || revision <= utterance.revision))) return anchor;
  if (!final && utterance.openRevisions.some((open) => open.revision === revision)) return anchor;
  if (!final) {
    utterance.openRevisions.push({ revision, text: happened.text, endMs, receivedAtMs: endMs });
    utterance.openRevisions.sort((a, b) => a.revision - b.revision);
  } else utterance.openRevisions = [];
  if (final || revision > utterance.revision) {
    Object.assign(utterance, { revision, final, text: happened.text, startMs, endMs, receivedAtMs: endMs });
  }
  return anchor;
}

function follows(
  rules: readonly object[],
  happenings: readonly (readonly [Event, boolean, boolean])[],
  resumed: boolean,
) {
  const common = { title: 't', severity: 'low', prompt: { what: 'w', next: 'n' } };
  const written = rules.map((one, i) => ({ ...one, ...common, id: `r${i}` }));
  const compiled = compileRuleSet({ 'a.yaml': JSON.stringify({ rules: written }) });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  const options = { latenessMs: 1000 };
  const record = emptyRecord(resumed);
  const judge = createJudge(compiled.ruleSet, record, options);
  for (const [happened, ask, twice] of happenings) {
    const anchor = apply(record, happened);
    for (let times = twice ? 2 : 1; times > 0; times--) {
      if (anchor) judge.utteranceChanged(anchor);
      else judge.conversationChanged();
    }
    if (!ask) continue;
    const batch = createJudge(compiled.ruleSet, structuredClone(record), options);
    expect(judge.findings()).toEqual(batch.findings());
    expect(judge.nextDueMs()).toBe(batch.nextDueMs());
  }
  expect(judge.findings()).toEqual(judgeRecord(compiled.ruleSet, structuredClone(record), options));
}

describe('the judgement of a record', () => {
  test.each<[string, fc.Arbitrary<object>]>([
    ['any operators', rule],
    ['operators that count utterances', counting],
  ])(
    'does not depend on the order of arrival, nor on how often and when it was asked: %s',
    (_, rules) => {
      const happenings = fc.array(fc.tuple(event, fc.boolean(), fc.boolean()), { maxLength: 40 });
      fc.assert(fc.property(fc.array(rules, { minLength: 1, maxLength: 6 }), happenings, fc.boolean(), follows), {
        numRuns: 350,
      });
    },
    60_000,
  );

  test('changes by time alone exactly when it said it would', () => {
    const set = compileRuleSet({
      'a.yaml': JSON.stringify({
        rules: [
          {
            id: 'greet',
            title: 't',
            severity: 'low',
            prompt: { what: 'w', next: 'n' },
            when: { missing: { expect: { phrases: ['您好'], roles: ['agent'] }, withinSeconds: 15 } },
          },
        ],
      }),
    });
    if (!set.ok) throw new Error('does not compile');
    const record = { ...emptyRecord(false), startedAtMs: 1000, nowMs: 1000 };
    const judge = createJudge(set.ruleSet, record, { latenessMs: 3000 });
    expect(judge.nextDueMs()).toBe(19_000);
    record.nowMs = 18_999;
    judge.conversationChanged();
    expect(judge.findings()).toEqual([]);
    record.nowMs = 19_000;
    judge.conversationChanged();
    expect(judge.findings()).toMatchObject([{ anchor: 'deadline:conversation', wordsAtMs: 16_000, receivedAtMs: 0 }]);
    expect(judge.nextDueMs()).toBeUndefined();
  });
});
