import type { Channel, HistorySubjectKind, ParticipantRole, Sentiment, Severity } from '@earshot/model';
import type { Matcher, MatcherData } from '../match/matcher.js';
import type { Example, Scope, Text } from './schema.js';

/** A set of roles, one bit a role in the order of PARTICIPANT_ROLES. */
export type RoleMask = number;

/** One `phrases` condition: what one utterance must say, by whom, and where it must stand. */
export interface Atom {
  kind: 'phrases';
  roles: RoleMask;
  any?: readonly number[];
  all?: readonly number[];
  none?: readonly number[];
  atLeast?: { count: number; of: readonly number[] };
  scope?: Scope;
}

/** One `sentiment` condition; values in thousandths, so that sums are exact. */
export interface Feeling {
  kind: 'sentiment';
  roles: RoleMask;
  scope?: Scope;
  of: Sentiment;
  /** How many utterances of these roles it looks at, itself the last. */
  turns: number;
  is: 'at-least' | 'below' | 'rises-by';
  value: number;
}

/** A condition on one utterance. */
export type Formula =
  | Atom
  | Feeling
  | { kind: 'and'; parts: readonly Formula[] }
  | { kind: 'or'; parts: readonly Formula[] }
  | { kind: 'not'; part: Formula };

/** A formula in one place of one rule; the judge keeps a list of candidates for each. */
export interface Slot {
  index: number;
  rule: number;
  formula: Formula;
  /** An utterance without one of these phrases cannot satisfy it; absent: any utterance may. */
  triggers?: readonly number[];
  /** Depends on where the utterance stands or on those before it, not on its words and scores alone. */
  scoped: boolean;
  /** Phrases that are evidence where they occur. */
  marks: ReadonlySet<number>;
}

export interface Limits {
  withinMs?: number;
  withinUtterances?: number;
}

/** A condition on the conversation; `hits` lifts one on utterances. */
export type Condition =
  | { kind: 'hits'; slot: Slot }
  | ({ kind: 'then'; first: Slot; next: Slot } & Limits)
  | ({ kind: 'count'; of: Slot; atLeast: number } & Limits)
  | { kind: 'missing'; expect: Slot; withinMs: number; after?: Slot; role?: ParticipantRole }
  /** `name`: the tag of an agent's findings, or the topic. */
  | { kind: 'history'; of: HistorySubjectKind; name?: string; atLeast: number }
  | { kind: 'once'; part: Condition }
  | { kind: 'and'; parts: readonly Condition[] }
  | { kind: 'or'; parts: readonly Condition[] }
  | { kind: 'not'; part: Condition };

export interface Unless {
  slot: Slot;
  beforeMs?: number;
  beforeUtterances?: number;
  afterMs?: number;
  afterUtterances?: number;
}

export interface Only {
  channels?: readonly Channel[];
  businessLines?: readonly string[];
  queues?: readonly string[];
  skillGroups?: readonly string[];
}

export interface Rule {
  index: number;
  id: string;
  /** Over all that is written in it: equal in two sets if the rule is the same. */
  key: string;
  title: Text;
  severity: Severity;
  points: number;
  tags: readonly string[];
  topic?: string;
  roles: RoleMask;
  partial: boolean;
  only?: Only;
  condition: Condition;
  unless?: Unless;
  prompt: { what: Text; say: readonly Text[]; next: Text };
  source?: string;
  examples: { hit: readonly Example[]; miss: readonly Example[] };
  slots: readonly Slot[];
  /** Uses the start: does not run in a resumed record. */
  startBound: boolean;
  /** Uses the time of the start: does not run while that is unknown. */
  startTimed: boolean;
  /** Uses the end: runs once that is known. */
  endBound: boolean;
  /** Counts utterances, so a late one before a hit may change the verdict. */
  positional: boolean;
  /** Looks at the scores of several utterances, so each of them may change the verdict on others. */
  windowed: boolean;
  /** A verdict on an utterance depends on that utterance alone. */
  local: boolean;
  /** Has a deadline from the start: must be decided though nobody said anything. */
  silent: boolean;
  /** Has any deadline. */
  timed: boolean;
  /** Rests on what is known from other conversations; counts for nothing there itself. */
  historic: boolean;
}

export interface Program extends ProgramData {
  matcher: Matcher;
}

/** All of a program but what can only be opened where it runs: plain data for another thread. */
export interface ProgramData {
  hash: string;
  rules: readonly Rule[];
  slots: readonly Slot[];
  /** As written, by phrase index. */
  phraseTexts: readonly string[];
  matching: MatcherData;
  /** Slots that a phrase may satisfy, by phrase index. */
  slotsOfPhrase: readonly (readonly Slot[])[];
  /** Slots without triggers. */
  alwaysSlots: readonly Slot[];
  /** Rules with a deadline from the start. */
  silentRules: readonly number[];
  /** Rules with any deadline. */
  timedRules: readonly number[];
  /** Rules that rest on history. */
  historicRules: readonly number[];
}
