import type { ConversationFact, FactBody, Score, Utterance } from '@earshot/model';
import { encodeConversationFact, RECORD_SCHEMAS } from '@earshot/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amend, applyFact } from './apply-fact.js';
import { engineDefinition } from './definition.js';
import { openState } from './engine-state.js';

const said = (revision: number): Utterance => ({
  kind: 'utterance',
  participantId: 'c',
  role: 'customer',
  leg: 'c',
  segment: 0,
  revision,
  final: true,
  text: `r${revision}`,
  startMs: 1,
  endMs: 2,
});
const score = (revision: number, model = 'm', negative = 0.5): Score => ({
  kind: 'score',
  leg: 'c',
  segment: 0,
  revision,
  model,
  scores: { negative, neutral: 1 - negative, positive: 0, anger: 0, offensive: 0 },
});
const factOf = (body: FactBody): ConversationFact => ({
  tenant: 't',
  conversationId: 'k',
  eventId: 'e',
  atMs: 2,
  receivedAtMs: 0,
  source: 'text',
  body,
});
const definition = engineDefinition({
  ruleSet: () => undefined,
  makeJudge: () => {
    throw new Error('nothing is judged here');
  },
  counts: () => true,
  controlEpoch: () => 0,
  idleMs: 1,
  lingerMs: 1,
  lateness: { voiceMs: 0, textMs: 0 },
  language: 'zh',
});

function recordAfter(bodies: readonly (Utterance | Score)[]) {
  const state = openState(factOf(said(0)));
  for (const body of bodies) {
    if (body.kind === 'score') amend(state, body);
    else applyFact(state, factOf(body), body, { offset: 0, logMs: 2, life: 0 }, 1);
  }
  return state;
}

test('the record holds the same scores in whatever order they and their utterance arrive', () => {
  const all = [said(0), said(1), score(0), score(1), score(1, 'n'), score(1, 'a')];
  const whole = recordAfter(all).record;
  expect(whole.scores?.get('u:c:0')?.map(({ revision, model }) => `${revision}${model}`)).toEqual([
    '0m',
    '1a',
    '1m',
    '1n',
  ]);
  fc.assert(
    fc.property(fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }), (order) => {
      expect(recordAfter(order).record.scores).toEqual(whole.scores);
    }),
  );
});

test('the same score again is a repeat, and with other numbers a conflict that changes nothing', () => {
  const state = recordAfter([said(0), score(0)]);
  expect(amend(state, score(0))).toEqual({ kind: 'repeated' });
  expect(amend(state, score(0, 'm', 0.9))).toEqual({ kind: 'refused', reason: 'conflict' });
  expect(state.record.scores?.get('u:c:0')).toMatchObject([{ scores: { negative: 0.5 } }]);
});

test('a late score moves no time and tells the judge which utterance to decide again', () => {
  const state = recordAfter([said(0)]);
  const before = state.record.nowMs;
  const changed: string[] = [];
  state.judge = {
    utteranceChanged: (anchor) => void changed.push(anchor),
    conversationChanged: () => undefined,
    findings: () => [],
    nextDueMs: () => undefined,
  };
  amend(state, score(0));
  amend(state, score(0));
  expect(changed).toEqual(['u:c:0']);
  expect(state.record.nowMs).toBe(before);
});

test('scores survive in a checkpoint', () => {
  const state = recordAfter([said(0), score(0), score(0, 'n')]);
  expect(definition.loadState(definition.saveState(state), RECORD_SCHEMAS[0]).record.scores).toEqual(
    state.record.scores,
  );
});

test('on the log a score is an amendment', () => {
  const value = encodeConversationFact(factOf(score(0)));
  const record = { topic: 'x', partition: 0, offset: 0, key: 't|k', value, timestampMs: 0 };
  expect(definition.decode(record)).toMatchObject({ kind: 'fact', key: 't|k', amends: true });
});
