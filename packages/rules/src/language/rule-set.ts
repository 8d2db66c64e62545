import { EarshotError, PARTICIPANT_ROLES, type ParticipantRole } from '@earshot/model';
import type { RuleInfo, RuleSet } from '../api.js';
import type { Program } from './program.js';

export class CompiledRuleSet implements RuleSet {
  readonly hash: string;
  readonly ruleIds: readonly string[];
  readonly #program: Program;

  constructor(program: Program) {
    this.hash = program.hash;
    this.ruleIds = Object.freeze(program.rules.map((rule) => rule.id));
    this.#program = program;
  }

  static programOf(ruleSet: RuleSet): Program {
    if (!(ruleSet instanceof CompiledRuleSet)) {
      throw new EarshotError('rule-set-foreign', 'this rule set was not made by compileRuleSet');
    }
    return ruleSet.#program;
  }
}

/** Whether a rule rests on other conversations; what it finds is not counted among them. */
export function restsOnHistory(ruleSet: RuleSet, ruleId: string): boolean {
  const { rules, historicRules } = CompiledRuleSet.programOf(ruleSet);
  return historicRules.some((index) => rules[index]?.id === ruleId);
}

/** What people see of the rules of a set, sorted by id. */
export function ruleSetInfo(ruleSet: RuleSet): RuleInfo[] {
  return CompiledRuleSet.programOf(ruleSet).rules.map((rule) => ({
    id: rule.id,
    title: rule.title,
    severity: rule.severity,
    points: rule.points,
    tags: rule.tags,
    topic: rule.topic,
    roles: rolesOf(rule.roles),
    on: rule.partial ? 'partial' : 'final',
    source: rule.source,
    prompt: rule.prompt,
    examples: rule.examples,
  }));
}

function rolesOf(mask: number): ParticipantRole[] {
  return PARTICIPANT_ROLES.filter((_, bit) => (mask & (1 << bit)) !== 0);
}
