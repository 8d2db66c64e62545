/** What one event may hold. Every limit has its own code in the refusal. */
export const EVENT_LIMITS = {
  textBytes: 8 * 1024,
  idChars: 128,
  nameChars: 128,
  customerKeyChars: 256,
  reasonChars: 256,
  mapEntries: 32,
  mapKeyChars: 64,
  mapValueChars: 1024,
  segmentMax: 10_000_000,
  revisionMax: 100_000,
  ratingScaleMax: 1_000,
  /** Times before it are a clock that was never set, or seconds sent as milliseconds. 2000-01-01. */
  earliestMs: 946_684_800_000,
  /** A conversation's now is the maximum of its times: one far ahead would let every deadline pass at once. */
  aheadMs: 24 * 3_600_000,
  utteranceMs: 24 * 3_600_000,
} as const;
