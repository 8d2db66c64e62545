import type { ConversationFact } from '@earshot/model';
import { compileRuleSet, createErasJudge, type RuleSet } from '@earshot/rules';
import { decodeCaseFact, RECORD_SCHEMAS } from '@earshot/wire';
import { expect, test } from 'vitest';
import { engineDefinition } from './definition.js';

const compiled = compileRuleSet({
  'a.yaml': `rules:
  - { id: crisis, title: t, severity: high, when: { phrases: [骗子] }, prompt: { what: w, next: n } }`,
});
if (!compiled.ok) throw new Error('does not compile');
const { ruleSet } = compiled;

function definitionWith(known: RuleSet | undefined) {
  return engineDefinition({
    ruleSet: () => known,
    makeJudge: createErasJudge,
    counts: () => true,
    controlEpoch: () => 1,
    idleMs: 1_000,
    lingerMs: 1_000,
    lateness: { voiceMs: 0, textMs: 0 },
    language: 'zh',
  });
}

const said: ConversationFact = {
  tenant: 'bank',
  conversationId: 'c1',
  eventId: 'e1',
  atMs: 1_000,
  receivedAtMs: 1_000,
  source: 'text',
  ruleSet: { epoch: 1, hash: ruleSet.hash, appliesToRunning: false },
  body: {
    kind: 'utterance',
    participantId: 'p',
    role: 'customer',
    leg: 'c',
    segment: 0,
    revision: 0,
    final: true,
    text: '你们是骗子',
    startMs: 0,
    endMs: 1_000,
  },
};

test('a conversation whose rules are not there yet is not told to be clean: an open alert stays', () => {
  const place = { offset: 7, logMs: 1_000, life: 7 };
  const fact = said as Parameters<ReturnType<typeof definitionWith>['open']>[1];
  const whole = definitionWith(ruleSet);
  const state = whole.open('bank|c1', fact, place);
  whole.apply(state, fact, place);
  const bytes = whole.saveState(state);
  // After a restart: the record is back from its checkpoint, its rule set is not.
  const without = definitionWith(undefined);
  expect(without.emit(without.loadState(bytes, RECORD_SCHEMAS[0]), place, 'takeover')).toEqual([]);
  expect(whole.emit(whole.loadState(bytes, RECORD_SCHEMAS[0]), place, 'takeover')).toHaveLength(1);
});

test('whoever joins or leaves, and whatever becomes known late, is in the next summary that is told', () => {
  const { open, apply, emit } = definitionWith(ruleSet);
  type Fact = Parameters<typeof open>[1];
  const at = (offset: number) => ({ offset, logMs: 1_000, life: 0 });
  const state = open('bank|c1', said as Fact, at(0));
  apply(state, said as Fact, at(0));
  const agentsTold = (offset: number) =>
    emit(state, at(offset), 'change').map(({ value }) => {
      const { body } = decodeCaseFact(value);
      return body.kind === 'standing' ? body.set.summary.agents : [];
    });
  expect(agentsTold(0)).toEqual([[]]);
  const event = (eventId: string, body: Fact['body']) => ({ ...said, eventId, body }) as Fact;
  const joined = {
    kind: 'participant-joined',
    participantId: 'a',
    role: 'agent',
    leg: 'a',
    staffNumber: '10001',
  } as const;
  apply(state, event('e2', joined), at(1));
  expect(agentsTold(1)).toEqual([['10001']]);
  apply(state, event('e3', { ...joined, participantId: 'b', staffNumber: '10002' }), at(2));
  apply(state, event('e4', { kind: 'participant-left', participantId: 'a' }), at(3));
  expect(agentsTold(3)).toEqual([['10002']]);
});
