import { interrupts } from '@earshot/model';
import { checkExamples, compileRuleSet, type Example, ruleSetInfo } from '@earshot/rules';
import { describe, expect, test } from 'vitest';
import { loadStarterRulebook } from './index.js';

const compiled = compileRuleSet(loadStarterRulebook());
const rules = compiled.ok ? ruleSetInfo(compiled.ruleSet) : [];

describe('the starter rulebook', () => {
  test('compiles without a fault', () => {
    expect(compiled).toMatchObject({ ok: true });
  });

  test('every hit example of every rule hits, every miss example stays quiet', () => {
    if (!compiled.ok) throw new Error('does not compile');
    expect(checkExamples(compiled.ruleSet)).toEqual([]);
  });

  test('every rule names its source, both languages, and two examples of both kinds', () => {
    for (const { id, title, source, prompt, examples } of rules) {
      for (const text of [title, prompt.what, prompt.next, ...prompt.say]) {
        expect(text, id).toMatchObject({ zh: expect.any(String), en: expect.any(String) });
      }
      expect(source, id).toMatch(/^(law: |notice: |practice|PCI DSS: )/);
      expect(examples.hit.length, `${id}: hits`).toBeGreaterThanOrEqual(2);
      expect(examples.miss.length, `${id}: misses`).toBeGreaterThanOrEqual(2);
    }
  });

  test('there are about a hundred rules, and fewer than half of them interrupt anybody', () => {
    expect(rules.length).toBeGreaterThanOrEqual(100);
    expect(rules.filter(({ severity }) => interrupts(severity)).length / rules.length).toBeLessThan(0.5);
  });

  test('every rule is shown to hear Chinese, and nine of ten English', () => {
    const heard = (script: RegExp) =>
      rules.filter(({ examples }) => script.test(JSON.stringify(wordsOf(examples.hit))));
    expect(heard(/\p{Script=Han}/u).length).toBe(rules.length);
    expect(heard(/[a-z]{2} [a-z]/i).length / rules.length).toBeGreaterThanOrEqual(0.9);
  });

  test('whatever interrupts tells the agent what to say', () => {
    const mute = rules.filter(({ severity, prompt }) => interrupts(severity) && prompt.say.length === 0);
    expect(mute.map(({ id }) => id)).toEqual([]);
  });
});

function wordsOf(hits: readonly Example[]): string[] {
  return hits.flatMap((hit) =>
    typeof hit === 'string' ? [hit] : (Array.isArray(hit) ? hit : hit.turns).map(({ text }) => text),
  );
}
