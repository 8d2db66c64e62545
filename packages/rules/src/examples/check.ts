import { type ExampleFailure, PARTICIPANT_ROLES } from '@earshot/model';
import type { RuleSet } from '../api.js';
import { judgeRecord } from '../judge/judge.js';
import type { Rule } from '../language/program.js';
import { CompiledRuleSet } from '../language/rule-set.js';
import type { Example } from '../language/schema.js';
import { recordOf } from './record.js';

export type { ExampleFailure };

/** Judges the examples of every rule with the whole set; empty if each hit hits and each miss stays quiet. */
export function checkExamples(ruleSet: RuleSet): ExampleFailure[] {
  return CompiledRuleSet.programOf(ruleSet).rules.flatMap((rule) =>
    (['hit', 'miss'] as const).flatMap((kind) =>
      rule.examples[kind].flatMap((example, index) =>
        stands(ruleSet, rule, example) === (kind === 'hit') ? [] : [{ ruleId: rule.id, kind, index }],
      ),
    ),
  );
}

function stands(ruleSet: RuleSet, rule: Rule, example: Example): boolean {
  const channel = rule.only?.channels?.[0];
  const role = PARTICIPANT_ROLES.find((_, bit) => (rule.roles & (1 << bit)) !== 0) ?? 'customer';
  const { turns, ...options } =
    typeof example === 'string'
      ? { turns: [{ role, text: example }] }
      : Array.isArray(example)
        ? { turns: example }
        : example;
  const record = recordOf(turns, { ...options, channel });
  record.businessLine = rule.only?.businessLines?.[0];
  record.queue = rule.only?.queues?.[0];
  record.skillGroup = rule.only?.skillGroups?.[0];
  return judgeRecord(ruleSet, record, { latenessMs: 0 }).some((finding) => finding.ruleId === rule.id);
}
