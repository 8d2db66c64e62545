/** A rule as it stands in YAML, read as plain data: the reference trusts it to be valid. */
export interface PlainRule {
  id: string;
  roles?: string[];
  on?: 'final' | 'partial';
  only?: { channels?: string[]; businessLines?: string[]; queues?: string[]; skillGroups?: string[] };
  scope?: PlainScope;
  when: PlainCondition;
  unless?: PlainPhrases & {
    beforeSeconds?: number;
    afterSeconds?: number;
    beforeUtterances?: number;
    afterUtterances?: number;
  };
}

export interface PlainScope {
  first?: number;
  last?: number;
  fromSeconds?: number;
  toSeconds?: number;
}

export type PlainPhrase = string | { text: string; joined?: boolean };

export interface PlainPhrases {
  phrases:
    | PlainPhrase[]
    | {
        any?: PlainPhrase[];
        all?: PlainPhrase[];
        none?: PlainPhrase[];
        atLeast?: { count: number; of: PlainPhrase[] };
      };
  roles?: string[];
  scope?: PlainScope;
}

export interface PlainFeeling {
  sentiment: {
    of: 'negative' | 'neutral' | 'positive' | 'anger' | 'offensive';
    atLeast?: number;
    below?: number;
    risesBy?: number;
    overTurns?: number;
  };
  roles?: string[];
  scope?: PlainScope;
}

export interface PlainHistory {
  history:
    | { contacts: { atLeast: number } }
    | { agentFindings: { tag?: string; atLeast: number } }
    | { topicConversations: { topic: string; atLeast: number } };
}

export interface PlainLimits {
  withinSeconds?: number;
  withinUtterances?: number;
}

export type PlainCondition =
  | PlainPhrases
  | PlainFeeling
  | PlainHistory
  | { and: PlainCondition[] }
  | { or: PlainCondition[] }
  | { not: PlainCondition }
  | { once: PlainCondition }
  | { then: { first: PlainCondition; next: PlainCondition } & PlainLimits }
  | { count: { of: PlainCondition; atLeast: number } & PlainLimits }
  | { missing: { expect: PlainCondition; withinSeconds: number; after?: PlainCondition } };

/** What of a finding follows from the record and the rule alone. */
export interface PlainFinding {
  ruleId: string;
  anchor: string;
  evidence: { leg: string; segment: number; revision: number; spans: { start: number; end: number }[] }[];
  provisional: boolean;
  wordsAtMs: number;
  role?: string;
  participantId?: string;
}
