import type { PublicationAction } from './control.js';
import type { ParticipantRole, Severity } from './vocabulary.js';

/** Where a mistake in a rule file is; line and column count from 1. */
export interface RuleFault {
  file: string;
  line: number;
  column: number;
  /** Dotted path of the key, e.g. `rules[3].when.phrases.any`. */
  path: string;
  code: string;
  message: string;
}

export const EXAMPLE_KINDS = ['hit', 'miss'] as const;
export type ExampleKind = (typeof EXAMPLE_KINDS)[number];

/** An example of a rule that does not behave: a hit that stays quiet, or a miss that hits. */
export interface ExampleFailure {
  ruleId: string;
  kind: ExampleKind;
  /** Place in the list of this kind, from 0. */
  index: number;
}

/** YAML by file name: what a rule set is made of. */
export type RuleFiles = Readonly<Record<string, string>>;

/** What is wrong with the files of a rule set; nothing, if both lists are empty. */
export interface RuleSetCheck {
  /** How many rules there are; 0 if they cannot be read. */
  rules: number;
  faults: RuleFault[];
  /** Only tried if there are no faults. */
  examples: ExampleFailure[];
}

/** What a publication or a rollback brought into force. */
export interface PublishedRuleSet {
  hash: string;
  epoch: number;
  rules: number;
  /** It was in force already: nothing was written. */
  unchanged: boolean;
}

/** One line of the history of a tenant's rules. */
export interface RuleSetVersion {
  epoch: number;
  hash: string;
  by: string;
  atMs: number;
  action: PublicationAction;
  why: string;
  inForce: boolean;
}

/** What a reader of either language is shown. */
export interface BothLanguages {
  zh: string;
  en: string;
}

/** What people see of a rule that is in force; its conditions and examples stand in the files. */
export interface RuleInForce {
  id: string;
  title: BothLanguages;
  severity: Severity;
  points: number;
  tags: string[];
  /** Whose words it judges. */
  roles: ParticipantRole[];
  /** It judges what is still being said. */
  onPartial: boolean;
  source?: string;
  prompt: { what: BothLanguages; say: BothLanguages[]; next: BothLanguages };
}

export interface RulesInForce {
  /** Absent: no rule set has been published. */
  ruleSet?: { hash: string; epoch: number };
  rules: RuleInForce[];
}
