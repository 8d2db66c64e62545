import { checkExamples, compileRuleSet, ruleSetInfo } from '@earshot/rules';
import { describe, expect, test } from 'vitest';
import { loadStarterRulebook } from './index.js';

const compiled = compileRuleSet(loadStarterRulebook());

describe('the starter rulebook', () => {
  test('compiles without a fault', () => {
    expect(compiled).toMatchObject({ ok: true });
  });

  test('every hit example of every rule hits, every miss example stays quiet', () => {
    if (!compiled.ok) throw new Error('does not compile');
    expect(checkExamples(compiled.ruleSet)).toEqual([]);
  });

  test('every rule names its source, both languages, and has examples of both kinds', () => {
    if (!compiled.ok) throw new Error('does not compile');
    const rules = ruleSetInfo(compiled.ruleSet);
    expect(rules.length).toBeGreaterThanOrEqual(30);
    for (const { id, title, source, prompt, examples } of rules) {
      for (const text of [title, prompt.what, prompt.next, ...prompt.say]) {
        expect(text, id).toMatchObject({ zh: expect.any(String), en: expect.any(String) });
      }
      expect({ id, source: typeof source, hits: examples.hit.length > 0, misses: examples.miss.length > 0 }).toEqual({
        id,
        source: 'string',
        hits: true,
        misses: true,
      });
    }
  });
});
