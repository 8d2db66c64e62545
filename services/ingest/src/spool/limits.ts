export interface SpoolLimits {
  /** Entries of one call to the log. */
  batch: number;
  /** Bytes of one call, if it has more than one entry: one request of any log, so that it arrives whole or not at all. */
  batchBytes: number;
  /** Entries that may wait without having been answered, all lanes together. */
  waiting: number;
  /** A call to the log that takes longer counts as no answer: what waits is acknowledged from the disk, ms. */
  patienceMs: number;
  /**
   * A call without any answer is taken for lost after this long and repeated, ms. Long, because a log may keep trying by
   * itself, and then every repetition is one more duplicate.
   */
  abandonMs: number;
  /** Longest pause before a failed call is repeated, ms. */
  longestPauseMs: number;
  /** How long a stop tries to hand over what is left, ms. */
  drainMs: number;
}

export const SPOOL_LIMITS: SpoolLimits = {
  batch: 1_000,
  batchBytes: 512 * 1024,
  waiting: 50_000,
  patienceMs: 1_000,
  abandonMs: 300_000,
  longestPauseMs: 2_000,
  drainMs: 5_000,
};
