import type { ConversationRecord, Evidence, Finding, ParticipantRole, RuleFault, Severity } from '@earshot/model';
import type { Example, Text } from './language/schema.js';

export type { Example, RuleFault, Text };

/** A validated, immutable rule set. `hash` is over the canonical form: two spellings of one set share it. */
export interface RuleSet {
  readonly hash: string;
  readonly ruleIds: readonly string[];
}

/** What people see of a rule. */
export interface RuleInfo {
  id: string;
  title: Text;
  severity: Severity;
  points: number;
  tags: readonly string[];
  topic?: string;
  roles: readonly ParticipantRole[];
  on: 'final' | 'partial';
  source?: string;
  prompt: { what: Text; say: readonly Text[]; next: Text };
  examples: { hit: readonly Example[]; miss: readonly Example[] };
}

export type Compiled = { ok: true; ruleSet: RuleSet } | { ok: false; faults: RuleFault[] };

/**
 * The judgement of one life of one conversation. It reads the record it was made for (the caller changes the record
 * first, then tells what was touched) and holds only derived indexes: throwing it away and making it anew from the
 * same record gives the same findings.
 */
export interface Judge {
  /** The utterance with this anchor key was added, revised, finalised or withdrawn. */
  utteranceChanged(anchor: string): void;
  /** `nowMs`, `startedAtMs`, `endedAtMs`, participants, fields or history of the record changed. */
  conversationChanged(): void;
  /** Everything that stands now, sorted by id. The same array object while nothing changed. */
  findings(): readonly Finding[];
  /**
   * The next conversation time at which a verdict may change by time alone, as due + lateness; absent if none.
   * A deadline is decided once the record's `nowMs` has reached it.
   */
  nextDueMs(): number | undefined;
}

export interface JudgeOptions {
  /** Added to every deadline while the conversation runs, ms: words may arrive that late. */
  latenessMs: number;
  /** Language of prompts that are written in both; default zh. */
  language?: 'zh' | 'en';
}

/** One step of why a rule stands or does not. */
export interface Explanation {
  ruleId: string;
  stands: boolean;
  /** The condition tree with what each node found. */
  tree: ExplainNode;
  findings: Finding[];
}

export interface ExplainNode {
  condition: string;
  holds: boolean;
  /** Plain sentence: what was looked for, where, and what came nearest; empty where the parts say it all. */
  reason: string;
  children: ExplainNode[];
  /** Of a condition on words or feelings: some utterances that meet it, with the words found. Absent: none does. */
  words?: Evidence[];
  /** How many utterances meet it; `words` may hold fewer. */
  met?: number;
  /** Of a condition on feelings, for each of `words`: the scores it looked at, the utterance's own last; null: unknown. */
  scores?: (number | null)[][];
}

/** A stretch of a conversation under one rule set. */
export interface Era {
  ruleSet: RuleSet;
  /** When the first utterance of it began, epoch ms; of no account for the first era. */
  fromMs: number;
}

export type Eras = readonly [Era, ...Era[]];

export type MakeJudge = (eras: Eras, record: ConversationRecord, options: JudgeOptions) => Judge;
