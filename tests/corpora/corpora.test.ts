import { loadStarterRulebook, measureCorpus } from '@earshot/rulebooks';
import { compileRuleSet, type RuleSet } from '@earshot/rules';
import { describe, expect, test } from 'vitest';
import { fiveWords, readSet, type SetName } from './sets.mjs';

const measure = (rules: RuleSet) => {
  const memory = new Map<SetName, ReturnType<typeof measureCorpus>>();
  return (name: SetName) => {
    const counts = memory.get(name) ?? measureCorpus(readSet(name), rules);
    memory.set(name, counts);
    return counts;
  };
};
const shipped = measure(compiled(loadStarterRulebook()));
const naive = measure(compiled(fiveWords()));

function compiled(files: Record<string, string>): RuleSet {
  const result = compileRuleSet(files);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.ruleSet;
}

const share = (count: number, name: SetName) => count / readSet(name).length;

describe('the shipped rules', () => {
  test('are quiet on benign Chinese conversations: at most 1 alert and 0.2 interruptions per 1,000 turns', () => {
    const counts = shipped('crosswoz');
    expect(counts.turns).toBe(6_782);
    expect(counts.alertsPerThousandTurns).toBeLessThanOrEqual(1);
    expect(counts.interruptionsPerThousandTurns).toBeLessThanOrEqual(0.2);
  });

  test('are as quiet on English chats', () => {
    const counts = shipped('star');
    expect(counts.turns).toBe(13_598);
    expect(counts.alertsPerThousandTurns).toBeLessThanOrEqual(0.5);
    expect(counts.interruptionsPerThousandTurns).toBeLessThanOrEqual(0.15);
  });

  test('speak up in 92 of 100 fraud calls and interrupt in 88', () => {
    const counts = shipped('fraud');
    expect(share(counts.alertedConversations.length, 'fraud')).toBeGreaterThanOrEqual(0.92);
    expect(share(counts.interruptedConversations.length, 'fraud')).toBeGreaterThanOrEqual(0.88);
  });

  test('speak up in at most 1.5 of 100 ordinary calls and interrupt in 0.5', () => {
    const counts = shipped('ordinary');
    expect(share(counts.alertedConversations.length, 'ordinary')).toBeLessThanOrEqual(0.015);
    expect(share(counts.interruptedConversations.length, 'ordinary')).toBeLessThanOrEqual(0.005);
  });

  test('speak up in at most two of twenty honest bank calls', () => {
    expect(shipped('honest').alertedConversations.length).toBeLessThanOrEqual(2);
  });
});

describe('the five-word rule', () => {
  test('looks good on the fraud set, because its ordinary calls are orders and bookings', () => {
    const [hits, falseHits] = [naive('fraud'), naive('ordinary')].map((one) => one.alertedConversations.length);
    expect(hits! / readSet('fraud').length).toBeCloseTo(0.85, 2);
    expect(hits! / (hits! + falseHits!)).toBeCloseTo(0.97, 2);
  });

  test('fires on most honest bank calls, where the shipped rules stay quiet', () => {
    expect(share(naive('honest').alertedConversations.length, 'honest')).toBeGreaterThan(0.5);
    expect(naive('honest').alertedConversations.length).toBeGreaterThan(
      5 * shipped('honest').alertedConversations.length,
    );
  });
});
