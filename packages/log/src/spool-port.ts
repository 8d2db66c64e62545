/**
 * A queue on this process's own disk for entries that the log does not take now: one lane per partition, first in, first
 * out. It belongs to one process, and outlives it.
 *
 * - A resolved `put` survives the death of the process (and of the machine as far as its disk's flush is honest), all of
 *   it or nothing.
 * - `read` gives entries in the order in which they were put, as often as asked, until they are dropped.
 * - What cannot be read back is handed out as what it is, in its turn; it never stands in the way of what is behind it.
 */
export interface Spool {
  /** One per partition of every topic it was opened for. */
  readonly lanes: readonly SpoolLane[];
  /** Bytes that may be held before `put` answers `spool-full`. */
  readonly maxBytes: number;
  /** Bytes that are held, in whole pages. */
  usedBytes(): number;
  /** Finishes what is in hand, then lets go of the folder. Idempotent. */
  close(): Promise<void>;
}

/** Places of entries rise by one for as long as the folder lives. */
export interface SpoolLane {
  readonly topic: string;
  readonly partition: number;
  /** Place of the oldest entry held; equal to `next` if there is none. */
  readonly first: number;
  /** Place that the next entry will get: everything below it is flushed. */
  readonly next: number;
  /** When the oldest one was put, epoch ms; undefined if there is none or it cannot be read. */
  oldestMs(): number | undefined;
  /**
   * Adds at the end; flushed when it resolves. Throws `spool-full` (retry: true, `detail.retryAfterMs`), `spool-failed`
   * (the disk: only a restart helps; retry: true) or `spool-closed`.
   */
  put(entries: readonly SpoolEntry[]): Promise<void>;
  /** Those from `from` on, at least one if there is one, at most `limit` and about a megabyte. */
  read(from: number, limit: number): SpooledEntry[];
  /** Removes everything below `place` for good; may have removed a part when it throws, as `put` does. */
  dropBefore(place: number): Promise<void>;
}

export interface SpoolEntry {
  key: string;
  value: Uint8Array;
}

/** An entry as it was put, or the bytes that stand in its place. */
export type SpooledEntry = { place: number } & ((SpoolEntry & { putAtMs: number }) | { unreadable: Uint8Array });
