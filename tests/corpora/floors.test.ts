import { loadStarterRulebook, measureCorpus } from '@earshot/rulebooks';
import { compileRuleSet } from '@earshot/rules';
import { describe, expect, test } from 'vitest';
import { type Conversation, customerWords, heldOut, ordinaryTalk, readSet } from './sets.mjs';

const compiled = compileRuleSet(loadStarterRulebook());
if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
const { ruleSet } = compiled;

const recall = (calls: Conversation[]) => {
  const { alertedConversations, conversations } = measureCorpus(calls, ruleSet);
  return alertedConversations.length / conversations;
};
const interruptingPerThousand = (talk: Conversation[]) => {
  const { interruptions, conversations } = measureCorpus(talk, ruleSet);
  return (interruptions * 1000) / conversations;
};

const fraud = readSet('fraud');
const [read, held] = [fraud.filter((call) => !heldOut(call)), fraud.filter(heldOut)];

/** Both floors stand together: recall is cheap for whoever may interrupt everybody. */
describe('one rule set finds the fraud and leaves ordinary talk alone', () => {
  test('85 of 100 fraud calls raise an alert, in the half that was held out too', () => {
    expect([read.length, held.length]).toEqual([323, 317]);
    expect(recall(read)).toBeGreaterThanOrEqual(0.85);
    expect(recall(held)).toBeGreaterThanOrEqual(0.85);
  });

  test('at most 2 interrupting alerts come of 1,000 ordinary conversations', () => {
    expect(ordinaryTalk()).toHaveLength(1_495);
    expect(interruptingPerThousand(ordinaryTalk())).toBeLessThanOrEqual(2);
  });
});

describe('where only the customer is heard', () => {
  test('four of ten fraud calls still raise an alert, in either half', () => {
    expect(recall(customerWords(read))).toBeGreaterThanOrEqual(0.4);
    expect(recall(customerWords(held))).toBeGreaterThanOrEqual(0.4);
  });

  test('at most 2 interrupting alerts come of 1,000 ordinary conversations', () => {
    expect(interruptingPerThousand(customerWords(ordinaryTalk()))).toBeLessThanOrEqual(2);
  });
});

describe('in the words of shops, operators, airlines, insurers and banks', () => {
  test('honest service calls interrupt nobody, though they speak of refunds, fraud and complaints', () => {
    const { conversations, alerts, interruptions } = measureCorpus(readSet('service'), ruleSet);
    expect({ conversations, alerts, interruptions }).toEqual({ conversations: 104, alerts: 0, interruptions: 0 });
  });

  test('what goes wrong is heard by its own rule, told in two ways and more', () => {
    const calls = readSet('risky');
    const missed = calls.filter((call) => !measureCorpus([call], ruleSet).byRule[call.labels.rule ?? '']);
    expect(calls).toHaveLength(160);
    expect(missed.length).toBeLessThanOrEqual(1);
  });
});
