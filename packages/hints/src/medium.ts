/**
 * The place that hints are shared through. It may take as long as it likes and fail as it likes: whoever asks has a
 * deadline of its own, asks one thing at a time, and lets go with `giveUp`.
 */
export interface Medium {
  /**
   * Puts down what a node says of a tenant, removes what the nodes `gone` once said, and answers with what every node
   * has said. A place that takes nothing more still answers.
   */
  present(word: PresenceWord): Promise<ReadonlyMap<string, string>>;
  /** Puts down how often this node has counted, and answers with what the others have, one for each. */
  count(counts: readonly OwnCount[]): Promise<number[]>;
  /** The last question was not answered in time: lets go of whatever waits for an answer. */
  giveUp(): void;
  /** Idempotent; does not wait for the place. */
  close(): void;
}

export interface PresenceWord {
  tenant: string;
  node: string;
  said: string;
  gone: readonly string[];
  /** Ends by itself after this time without another word of anybody, ms. */
  keepMs: number;
}

export interface OwnCount {
  tenant: string;
  what: string;
  who: string;
  /** Which window, counted from the epoch. */
  window: number;
  node: string;
  /** How often this node has counted in this window: whole, so that saying it twice changes nothing. */
  own: number;
  keepMs: number;
}
