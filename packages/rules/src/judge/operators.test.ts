import type { ConversationRecord } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { recordOf, type Turn } from '../examples/record.js';
import { compileRuleSet, createJudge, judgeRecord, type RuleSet } from '../index.js';

/** Turns of one second, written `seconds role: text`. */
function turns(...lines: string[]): Turn[] {
  return lines.map((line) => {
    const [, at, role, text] = /^(\d+) ([cas]): (.*)$/.exec(line) ?? [];
    const roles = { c: 'customer', a: 'agent', s: 'supervisor' } as const;
    return {
      role: roles[role as 'c' | 'a' | 's'],
      text: text ?? '',
      atMs: Number(at) * 1000,
      endMs: Number(at) * 1000 + 1000,
    };
  });
}

function setOf(rule: string): RuleSet {
  const text = `rules:\n  - { id: r, title: t, severity: low, prompt: { what: w, next: n }, ${rule} }`;
  const compiled = compileRuleSet({ 'a.yaml': text });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.ruleSet;
}

/** `anchor < evidence evidence` for each finding, in order of the anchors. */
function verdicts(rule: string, record: ConversationRecord, latenessMs = 3000): string[] {
  return judgeRecord(setOf(rule), record, { latenessMs })
    .map(({ anchor, evidence }) =>
      [anchor, '<', ...evidence.map(({ leg, segment }) => `${leg[0]}${segment}`)].join(' '),
    )
    .sort();
}

type Case = [name: string, rule: string, lines: string[], expected: string[]];

describe('conditions on one utterance', () => {
  test.each<Case>([
    ['any: one of them', 'when: { phrases: [甲, 乙] }', ['0 c: 乙', '1 c: 丙'], ['u:customer:0 < c0']],
    [
      'all: each, in one utterance',
      'when: { phrases: { all: [甲, 乙] } }',
      ['0 c: 甲', '1 c: 乙', '2 c: 乙甲'],
      ['u:customer:2 < c2'],
    ],
    [
      'atLeast: different ones',
      'when: { phrases: { atLeast: { count: 2, of: [甲, 乙, 丙] } } }',
      ['0 c: 甲甲', '1 c: 甲丙'],
      ['u:customer:1 < c1'],
    ],
    [
      'none: nothing of it',
      'roles: [agent], when: { phrases: { none: [甲] } }',
      ['0 a: 甲', '1 a: 乙'],
      ['u:agent:1 < a1'],
    ],
    ['any with none', 'when: { phrases: { any: [甲], none: [乙] } }', ['0 c: 甲乙', '1 c: 甲'], ['u:customer:1 < c1']],
    ['roles narrow', 'when: { phrases: [甲], roles: [agent] }', ['0 c: 甲', '1 a: 甲'], ['u:agent:0 < a0']],
    ['staff among themselves are not heard unless named', 'when: { phrases: [甲] }', ['0 s: 甲'], []],
    [
      'a role that is named is heard',
      'roles: [supervisor], when: { phrases: [甲] }',
      ['0 s: 甲'],
      ['u:supervisor:0 < s0'],
    ],
    [
      'first N counts the roles of the condition',
      'when: { phrases: [甲], roles: [agent], scope: { first: 1 } }',
      ['0 c: 嗯', '1 a: 甲', '2 a: 甲'],
      ['u:agent:0 < a0'],
    ],
    [
      'last N, once ended',
      'when: { phrases: [甲], scope: { last: 2 } }',
      ['0 c: 甲', '1 c: 甲', '2 c: 嗯'],
      ['u:customer:1 < c1'],
    ],
    [
      'a window from the start, its end excluded',
      'when: { phrases: [甲], scope: { fromSeconds: 2, toSeconds: 4 } }',
      ['1 c: 甲', '2 c: 甲', '4 c: 甲'],
      ['u:customer:1 < c1'],
    ],
    [
      'and: the same utterance',
      'when: { and: [{ phrases: [甲] }, { phrases: [乙] }] }',
      ['0 c: 甲', '1 c: 乙', '2 c: 甲乙'],
      ['u:customer:2 < c2'],
    ],
    [
      'or: either',
      'when: { or: [{ phrases: [甲], roles: [agent] }, { phrases: [乙] }] }',
      ['0 c: 甲', '1 c: 乙'],
      ['u:customer:1 < c1'],
    ],
    [
      'not: of the same utterance',
      'when: { and: [{ phrases: [甲] }, { not: { phrases: [乙] } }] }',
      ['0 c: 甲乙', '1 c: 甲'],
      ['u:customer:1 < c1'],
    ],
    [
      'not of or, two levels deep',
      'when: { and: [{ phrases: [甲] }, { not: { or: [{ phrases: [乙] }, { and: [{ phrases: [丙] }, { phrases: [丁] }] }] } }] }',
      ['0 c: 甲丙', '1 c: 甲丙丁', '2 c: 甲乙'],
      ['u:customer:0 < c0'],
    ],
    [
      'a scope of the rule holds for its phrases',
      'scope: { first: 1 }, when: { phrases: [甲] }',
      ['0 c: 嗯', '1 c: 甲'],
      [],
    ],
  ])('%s', (_, rule, lines, expected) => {
    expect(verdicts(rule, recordOf(turns(...lines)))).toEqual(expected);
  });
});

describe('conditions on the conversation', () => {
  const then = (limits: string) => `when: { then: { first: { phrases: [甲] }, next: { phrases: [乙] }, ${limits} } }`;
  const count = (limits: string) => `when: { count: { of: { phrases: [甲] }, atLeast: 2, ${limits} } }`;
  test.each<Case>([
    [
      'then: each A that has a B, with the first B',
      then('withinSeconds: 9'),
      ['0 c: 甲', '2 c: 甲', '4 a: 乙', '5 a: 乙'],
      ['u:customer:0 < c0 a0', 'u:customer:1 < c1 a0'],
    ],
    [
      'then: from the end of A to the start of B',
      then('withinSeconds: 3'),
      ['0 c: 甲', '4 a: 乙', '10 c: 甲', '15 a: 乙'],
      ['u:customer:0 < c0 a0'],
    ],
    [
      'then: within N utterances',
      then('withinUtterances: 1'),
      ['0 c: 甲', '1 a: 嗯', '2 a: 乙', '3 c: 甲', '4 a: 乙'],
      ['u:customer:1 < c1 a2'],
    ],
    ['then: a B before A does not answer', then('withinSeconds: 9'), ['0 a: 乙', '1 c: 甲'], []],
    ['then: A itself is not its B', then('withinSeconds: 9'), ['0 c: 甲乙'], []],
    [
      'count: the first hit of the run, the first N in a window',
      count('withinSeconds: 5'),
      ['0 c: 甲', '5 c: 甲', '9 c: 甲'],
      ['u:customer:0 < c0 c1'],
    ],
    [
      'count: a gap beyond the window begins another run',
      count('withinSeconds: 5'),
      ['0 c: 甲', '6 c: 甲', '7 c: 甲'],
      ['u:customer:1 < c1 c2'],
    ],
    [
      'count: a run without a full window',
      'when: { count: { of: { phrases: [甲] }, atLeast: 3, withinSeconds: 5 } }',
      ['0 c: 甲', '4 c: 甲', '8 c: 甲'],
      [],
    ],
    [
      'count: within N utterances',
      count('withinUtterances: 2'),
      ['0 c: 甲', '1 a: 嗯', '2 c: 甲', '3 c: 甲'],
      ['u:customer:1 < c1 c2'],
    ],
    ['count: no window is the whole conversation', count(''), ['0 c: 甲', '900 c: 甲'], ['u:customer:0 < c0 c1']],
    [
      'once: the conversation, with the first',
      'when: { once: { phrases: [甲] } }',
      ['1 c: 甲', '2 c: 甲'],
      ['conversation < c0'],
    ],
    [
      'and of once: anywhere in the conversation',
      'when: { and: [{ once: { phrases: [甲] } }, { once: { phrases: [乙] } }] }',
      ['1 a: 乙', '2 c: 甲'],
      ['conversation < c0 a0'],
    ],
    [
      'and with not once',
      'when: { and: [{ phrases: [甲] }, { not: { once: { phrases: [乙] } } }] }',
      ['1 c: 甲', '2 a: 乙'],
      [],
    ],
    [
      'and: its utterance conditions are one',
      'when: { and: [{ phrases: [甲] }, { once: { phrases: [丙] } }, { phrases: [乙] }] }',
      ['0 c: 甲', '1 c: 乙', '2 c: 甲乙', '3 c: 丙'],
      ['u:customer:2 < c2 c3'],
    ],
    [
      'or: all hits, an anchor once',
      `when: { or: [{ phrases: [甲] }, { then: { first: { phrases: [甲] }, next: { phrases: [乙] } } }] }`,
      ['0 c: 甲', '1 c: 乙'],
      ['u:customer:0 < c0'],
    ],
  ])('%s', (_, rule, lines, expected) => {
    expect(verdicts(rule, recordOf(turns(...lines)))).toEqual(expected);
  });
});

describe('missing by a deadline', () => {
  const greet = 'when: { missing: { expect: { phrases: [您好], roles: [agent] }, withinSeconds: 15 } }';
  const sorry =
    'when: { missing: { after: { phrases: [生气], roles: [customer] }, expect: { phrases: [抱歉], roles: [agent] }, withinSeconds: 10 } }';
  const running = (nowMs: number, ...lines: string[]) => ({ ...recordOf(turns(...lines), { open: true }), nowMs });

  test.each<[string, string, ConversationRecord, string[]]>([
    ['still waiting for late words', greet, running(17_999), []],
    ['due and lateness have passed', greet, running(18_000), ['deadline:conversation <']],
    ['an answer that began in time takes it back', greet, running(30_000, '15 a: 您好'), []],
    ['an answer that began too late does not', greet, running(30_000, '16 a: 您好'), ['deadline:conversation <']],
    ['another role does not answer', greet, running(30_000, '1 c: 您好'), ['deadline:conversation <']],
    ['ended before the deadline', greet, recordOf([], { endsAtMs: 14_999 }), []],
    ['ended at the deadline', greet, recordOf([], { endsAtMs: 15_000 }), ['deadline:conversation <']],
    ['not in a resumed record', greet, { ...running(30_000), resumed: true }, []],
    ['not while the start is unknown', greet, { ...running(30_000), startedAtMs: undefined }, []],
    [
      'after an utterance: each that has no answer',
      sorry,
      running(60_000, '0 c: 生气', '20 c: 生气', '25 a: 抱歉'),
      ['deadline:u:customer:0 < c0'],
    ],
    ['after an utterance: from its end, lateness added', sorry, running(13_999, '0 c: 生气'), []],
    ['after an utterance: due', sorry, running(14_000, '0 c: 生气'), ['deadline:u:customer:0 < c0']],
    [
      'after an utterance: an earlier answer is none',
      sorry,
      running(60_000, '0 a: 抱歉', '1 c: 生气'),
      ['deadline:u:customer:0 < c0'],
    ],
    [
      'after an utterance: a resumed record has them too',
      sorry,
      { ...running(60_000, '0 c: 生气'), resumed: true },
      ['deadline:u:customer:0 < c0'],
    ],
  ])('%s', (_, rule, record, expected) => {
    expect(verdicts(rule, record)).toEqual(expected);
  });
});

describe('unless', () => {
  const rule = (limits: string) => `when: { phrases: [甲] }, unless: { phrases: [乙], roles: [agent]${limits} }`;
  test.each<Case>([
    ['within the seconds after', rule(', afterSeconds: 3'), ['0 c: 甲', '4 a: 乙'], []],
    ['beyond the seconds after', rule(', afterSeconds: 3'), ['0 c: 甲', '5 a: 乙'], ['u:customer:0 < c0']],
    ['a side without limits does not excuse', rule(', afterSeconds: 3'), ['0 a: 乙', '1 c: 甲'], ['u:customer:0 < c0']],
    ['within the seconds before', rule(', beforeSeconds: 1'), ['0 a: 乙', '2 c: 甲'], []],
    ['at most N places after', rule(', afterUtterances: 1'), ['0 c: 甲', '1 c: 嗯', '2 a: 乙'], ['u:customer:0 < c0']],
    ['no limit: anywhere', rule(''), ['0 a: 乙', '900 c: 甲'], []],
    ['another role does not excuse', rule(''), ['0 c: 乙', '1 c: 甲'], ['u:customer:1 < c1']],
  ])('%s', (_, text, lines, expected) => {
    expect(verdicts(text, recordOf(turns(...lines)))).toEqual(expected);
  });

  test('fires at once, is taken back on the excuse, and stands again when that is withdrawn', () => {
    const record = recordOf(turns('0 c: 甲', '2 a: 乙'), { open: true });
    const excuse = record.utterances.get('u:agent:0');
    record.utterances.delete('u:agent:0');
    const judge = createJudge(setOf(rule(', afterSeconds: 3')), record, { latenessMs: 0 });
    expect(judge.findings()).toHaveLength(1);
    if (excuse) record.utterances.set('u:agent:0', excuse);
    judge.utteranceChanged('u:agent:0');
    expect(judge.findings()).toEqual([]);
    if (excuse) record.utterances.set('u:agent:0', { ...excuse, withdrawn: true });
    judge.utteranceChanged('u:agent:0');
    expect(judge.findings()).toHaveLength(1);
  });
});

describe('partials', () => {
  const open = (...texts: string[]): ConversationRecord => {
    const record = recordOf(turns('0 c: x'), { open: true });
    const said = record.utterances.get('u:customer:0');
    const openRevisions = texts.map((text, revision) => ({
      revision,
      text,
      endMs: 500 + revision,
      receivedAtMs: 600 + revision,
    }));
    if (said) Object.assign(said, { final: false, openRevisions, text: texts.at(-1), revision: texts.length - 1 });
    return record;
  };

  test('a rule on partials stands from the first hitting revision, though a later one does not hit', () => {
    const [finding] = judgeRecord(setOf('on: partial, when: { phrases: [甲] }'), open('嗯', '甲', '加'), {
      latenessMs: 0,
    });
    expect(finding).toMatchObject({
      provisional: true,
      wordsAtMs: 501,
      receivedAtMs: 601,
      evidence: [{ revision: 1, quote: '甲' }],
    });
  });

  test('a rule on finals does not see them', () => {
    expect(verdicts('when: { phrases: [甲] }', open('甲'))).toEqual([]);
  });

  test('the final decides', () => {
    const record = open('甲');
    const judge = createJudge(setOf('on: partial, when: { phrases: [甲] }'), record, { latenessMs: 0 });
    expect(judge.findings()).toHaveLength(1);
    const said = record.utterances.get('u:customer:0');
    if (said) Object.assign(said, { final: true, text: '加', openRevisions: [], revision: 1 });
    judge.utteranceChanged('u:customer:0');
    expect(judge.findings()).toEqual([]);
  });
});

describe('words that come late or are moved', () => {
  const judgeOf = (rule: string, record: ConversationRecord) => {
    const judge = createJudge(setOf(rule), record, { latenessMs: 0 });
    const anchors = () => judge.findings().map(({ anchor }) => anchor);
    const change = (anchor: string, fields: object) => {
      const said = record.utterances.get(anchor);
      if (said) Object.assign(said, fields);
      judge.utteranceChanged(anchor);
    };
    return { anchors, change };
  };

  test('an utterance that moves to the front pushes another out of the first N', () => {
    const { anchors, change } = judgeOf(
      'when: { phrases: [甲], scope: { first: 1 } }',
      recordOf(turns('5 c: 甲', '9 a: 嗯')),
    );
    expect(anchors()).toEqual(['u:customer:0']);
    change('u:agent:0', { startMs: 0 });
    expect(anchors()).toEqual([]);
  });

  test('a late utterance behind the end changes which are the last', () => {
    const record = recordOf(turns('5 c: 甲', '9 a: 嗯'));
    const late = record.utterances.get('u:agent:0');
    record.utterances.delete('u:agent:0');
    const { anchors, change } = judgeOf('when: { phrases: [甲], scope: { last: 1 } }', record);
    expect(anchors()).toEqual(['u:customer:0']);
    if (late) record.utterances.set('u:agent:0', late);
    change('u:agent:0', {});
    expect(anchors()).toEqual([]);
  });
});

test('a rule for one channel rests in another, and wakes when a field becomes known', () => {
  const record = { ...recordOf(turns('0 c: 甲')), queue: undefined as string | undefined };
  const judge = createJudge(setOf('only: { queues: [vip] }, when: { phrases: [甲] }'), record, { latenessMs: 0 });
  expect(judge.findings()).toEqual([]);
  record.queue = 'vip';
  judge.conversationChanged();
  expect(judge.findings()).toHaveLength(1);
});
