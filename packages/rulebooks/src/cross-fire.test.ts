import { compileRuleSet, judgeRecord, type RuleInfo, recordOf, ruleSetInfo } from '@earshot/rules';
import { expect, test } from 'vitest';
import { loadStarterRulebook } from './index.js';

/** What is said rightly raises both. Everything else that an example raises beside its own rule is a mistake. */
const TOGETHER: readonly (readonly [says: string, alsoRaises: string])[] = [
  ['crisis-regulator', 'crisis-complain-to-the-end'],
  ['crisis-group-complaint', 'crisis-complain-to-the-end'],
  ['crisis-complaint-builds-up', 'conduct-no-apology'],
  ['crisis-called-fraud', 'scam-customer-suspects'],
  ['conduct-dares-to-complain', 'shirking-impatient'],
  ['scam-account-alarm', 'scam-asks-identity-data'],
  ['agent-shirks-again', 'shirking-cannot-solve'],
];

/** How a call opens and closes is not for a fragment of one to show. */
const FRAME = ['opening', 'closing'];

/** All rules listen everywhere: `only` must not be what keeps one from another's examples. */
const everywhere = Object.fromEntries(
  Object.entries(loadStarterRulebook()).map(([name, text]) => [name, text.replaceAll(/^ {4}only: .*\n/gm, '')]),
);
const compiled = compileRuleSet(everywhere);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
const { ruleSet } = compiled;
const rules = ruleSetInfo(ruleSet);
const frame = new Set(rules.filter(({ tags }) => tags.some((tag) => FRAME.includes(tag))).map(({ id }) => id));

function raised({ roles, examples }: RuleInfo): string[] {
  const role = roles.includes('customer') ? 'customer' : (roles[0] ?? 'agent');
  return examples.hit.flatMap((example) => {
    const { turns, ...options } =
      typeof example === 'string'
        ? { turns: [{ role, text: example }] }
        : Array.isArray(example)
          ? { turns: example }
          : example;
    return judgeRecord(ruleSet, recordOf(turns, options), { latenessMs: 0 }).map(({ ruleId }) => ruleId);
  });
}

test('what one rule is shown to hear raises no other rule, save those that belong together', () => {
  const pairs = rules.flatMap((rule) =>
    [...new Set(raised(rule))].filter((id) => id !== rule.id && !frame.has(id)).map((id) => `${rule.id} > ${id}`),
  );
  expect(pairs.sort()).toEqual(TOGETHER.map(([says, raises]) => `${says} > ${raises}`).sort());
});

test('the matrix judges every rule by its own examples', () => {
  const silent = rules.filter((rule) => !raised(rule).includes(rule.id)).map(({ id }) => id);
  expect(silent).toEqual([]);
});
