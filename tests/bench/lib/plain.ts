// The form in which every side is given the same rules and the same talk.

/** What a rule listens for in one utterance. */
export interface Says {
  role: 'agent' | 'customer';
  any: readonly string[];
  none?: readonly string[];
}

/** Phrases; or phrases that are answered in time; or phrases that are said often enough in a window. */
export interface PlainRule {
  id: string;
  says: Says;
  then?: { says: Says; withinMs: number };
  count?: { atLeast: number; withinMs: number };
}

export interface Said {
  conversation: string;
  anchor: string;
  role: 'agent' | 'customer';
  text: string;
  startMs: number;
  endMs: number;
}

export interface Hit {
  rule: string;
  anchor: string;
}
