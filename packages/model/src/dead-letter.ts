/** A record that could not be used, with its bytes and the reason; or a mark on one. */
export interface DeadLetter {
  id: string;
  topic: string;
  partition: number;
  /** -1: it never had a place on the log. */
  offset: number;
  key: string;
  /** Stable code: undecodable, invalid, conflict … */
  reason: string;
  atMs: number;
  /** As it was. Personal data in it was masked at the door, unless it comes from an inbound topic and never passed it. */
  value: Uint8Array;
  /** Present: no letter, but what became of the one with this id; `value` is empty. */
  mark?: DeadLetterMark;
  /** Absent: it had none. */
  headers?: Record<string, Uint8Array>;
}

/** What somebody did about a dead letter; the letter itself stays on the log. */
export type DeadLetterMark = {
  /** A staff number, `key:` and an API key's id, or `operator:` and a name. */
  by: string;
  why: string;
  atMs: number;
} & (
  | { action: 'dropped' }
  /** `replayedTo`: the offset at which the bytes lie now, in the letter's own topic and partition. */
  | { action: 'replayed'; replayedTo: number }
);
