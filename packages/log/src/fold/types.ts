import type { LogRecord } from '../port.js';

/**
 * What a service tells the fold about its records. The machine in `partition-fold.ts` does lives, time facts,
 * takeover, low-water mark and checkpoints; a definition says only what a fact does to a state.
 * Nothing here may look at a clock, at chance or at the outside.
 */
export interface FoldDefinition<State, Fact> {
  service: string;
  /** Names the code that decides; another value is another engine. */
  engine: string;
  /** Versions of saved states that `loadState` reads; `saveState` writes the first. Others raise an alarm. */
  stateSchemas: readonly [number, ...number[]];
  /** Never throws: what cannot be read is `bad` and goes to dead letters. */
  decode(record: LogRecord): Decoded<Fact>;
  encode(fact: FoldFact, key: string): Uint8Array;
  /** Whether a fact may begin a life. Amendments (scores, results) may not. */
  opens(fact: Fact): boolean;
  /** An empty state, to which this fact is then applied. */
  open(key: string, fact: Fact, at: FactPlace): State;
  /** Changes the state. Called while refolding as well as live. */
  apply(state: State, fact: Fact, at: FactPlace): Applied;
  /** A time fact was read back. */
  reachTime(state: State, reachedMs: number, at: FactPlace): Applied;
  /** The earliest time fact this state waits for, if any. */
  nextTime(state: State): WaitingTime | undefined;
  /** How long after the last record (log time) the life may be closed, ms. */
  closeAfterMs(state: State): number;
  /**
   * What to tell the world when the state stands as of an offset. `change`: only what changed since the last call,
   * possibly nothing; `takeover` and `closing`: everything.
   */
  emit(state: State, at: FactPlace, why: 'change' | 'takeover' | 'closing'): Emission[];
  /** The state as bytes, for a checkpoint, and back. */
  saveState(state: State): Uint8Array;
  loadState(bytes: Uint8Array, schema: number): State;
}

/** Where a fact stands in the input log. */
export interface FactPlace {
  offset: number;
  /** Log time of the record, epoch ms. */
  logMs: number;
  /** Birth offset of the life. */
  life: number;
}

export type Applied =
  | { kind: 'inspected' }
  /** Held before, same content: changes nothing but the linger. */
  | { kind: 'repeated' }
  /** Held before with other content, or not applicable: goes to dead letters. */
  | { kind: 'refused'; reason: string };

export interface WaitingTime {
  /** What the time fact will say, in the definition's own time. */
  reachedMs: number;
  /** Log time from which the owner may append it. */
  appendFromLogMs: number;
}

export interface Emission {
  topic: string;
  key: string;
  value: Uint8Array;
}

export type Decoded<Fact> =
  /**
   * `amends`: a part of the product wrote it about what came in. It opens no life, finds nothing where none is left,
   * and is not counted among what came in.
   */
  | { kind: 'fact'; key: string; fact: Fact; amends?: true }
  | { kind: 'time-reached'; key: string; reachedMs: number }
  | { kind: 'closed'; key: string; lastOffset: number }
  | { kind: 'checkpoint'; key: string; checkpoint: Checkpoint }
  | { kind: 'takeover'; service: string; owner: string; engine: string }
  /** Another service's housekeeping on a shared topic. */
  | { kind: 'skip' }
  /** Cannot be judged yet (an unknown rule set): the partition waits in front of this record. */
  | { kind: 'wait'; code: string; detail: Record<string, unknown> }
  | { kind: 'bad'; reason: string };

export interface Checkpoint {
  service: string;
  schema: number;
  birthOffset: number;
  asOf: number;
  lastOffset: number;
  lastLogMs: number;
  state: Uint8Array;
}

/** Facts that the fold itself appends to its input partition. */
export type FoldFact =
  | { kind: 'time-reached'; reachedMs: number }
  | { kind: 'closed'; lastOffset: number }
  | { kind: 'checkpoint'; checkpoint: Checkpoint }
  | { kind: 'takeover'; service: string; owner: string; engine: string };

/** What the machine wants done, in this order; the driver does it and nothing else. */
export type FoldEffect =
  /** To the fold's own input partition. */
  | { kind: 'append-own'; key: string; fact: FoldFact }
  | { kind: 'append'; emission: Emission }
  | { kind: 'dead-letter'; record: LogRecord; reason: string }
  /** Another owner spoke after us: ask the coordinator, then call `contest`. */
  | { kind: 'confirm-membership' }
  /** Deliver the same record again after a while. */
  | { kind: 'wait'; code: string; detail: Record<string, unknown> }
  /** A record was dealt with; counted so that inspected + repeated + not inspected = received. */
  | { kind: 'count'; what: 'inspected' | 'repeated' | 'not-inspected' }
  | { kind: 'alarm'; code: string; detail: Record<string, unknown> };
