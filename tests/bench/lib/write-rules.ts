import { compileRuleSet, type RuleSet } from '@earshot/rules';
import { compilePhrases } from '@earshot/rules/match';
import type { Chance } from '@earshot/testkit';
import { makePhrases } from './corpus.js';
import type { PlainRule, Says } from './plain.js';

const PHRASES_A_RULE = 7;
/** The language takes files of 2 MB. */
const RULES_A_FILE = 1_000;

/**
 * Half plain phrases, a fifth with an exception, the rest with order or a window. Phrases are nobody's but the rule's, and
 * the texts hold none of them by chance: what is found was planted, however many rules there are.
 */
export function writeRules(chance: Chance, texts: readonly string[], count: number): PlainRule[] {
  const phrases = unsaid(makePhrases(chance, texts, { count: count * (PHRASES_A_RULE + 2), cut: 0 }), texts);
  if (phrases.length < count * PHRASES_A_RULE) throw new Error('too few phrases are left');
  return Array.from({ length: count }, (_, i) => {
    const own = phrases.slice(i * PHRASES_A_RULE, (i + 1) * PHRASES_A_RULE);
    const [role, other] = chance.chance(0.6) ? (['customer', 'agent'] as const) : (['agent', 'customer'] as const);
    const says: Says = { role, any: own.slice(0, 3) };
    const id = `rule-${String(i).padStart(5, '0')}`;
    const kind = i % 20;
    if (kind < 10) return { id, says };
    if (kind < 14) return { id, says: { ...says, none: own.slice(3, 4) } };
    if (kind < 17)
      return {
        id,
        says,
        then: { says: { role: other, any: own.slice(4, 7) }, withinMs: 1_000 * chance.between(2, 40) },
      };
    return { id, says, count: { atLeast: chance.between(2, 3), withinMs: 1_000 * chance.between(5, 60) } };
  });
}

function unsaid(phrases: readonly string[], texts: readonly string[]): string[] {
  const matcher = compilePhrases(phrases);
  const said = new Set<number>();
  for (const text of texts) {
    const { hits } = matcher.scan(text);
    for (let i = 0; i < hits.length; i += 3) said.add(hits[i] as number);
  }
  return phrases.filter((_, i) => !said.has(i));
}

/** The same rules in the language of the product, by file name. JSON is YAML. */
export function inRuleLanguage(rules: readonly PlainRule[]): Record<string, string> {
  const files: Record<string, string> = {};
  for (let i = 0; i < rules.length; i += RULES_A_FILE) {
    const some = rules.slice(i, i + RULES_A_FILE).map(inOurWords);
    files[`bench-${String(i).padStart(5, '0')}.yaml`] = JSON.stringify({ rules: some });
  }
  return files;
}

function inOurWords({ id, says, then, count }: PlainRule) {
  const first = condition(says);
  return {
    id,
    title: id,
    severity: 'high',
    when: then
      ? { then: { first, next: condition(then.says), withinSeconds: then.withinMs / 1_000 } }
      : count
        ? { count: { of: first, atLeast: count.atLeast, withinSeconds: count.withinMs / 1_000 } }
        : first,
    prompt: { what: id, next: id },
  };
}

function condition({ role, any, none }: Says) {
  return { phrases: { any, ...(none && { none }) }, roles: [role] };
}

export function compile(rules: readonly PlainRule[]): RuleSet {
  const compiled = compileRuleSet(inRuleLanguage(rules));
  if (!compiled.ok) throw new Error(`the rules of the bench are refused: ${JSON.stringify(compiled.faults[0])}`);
  return compiled.ruleSet;
}
