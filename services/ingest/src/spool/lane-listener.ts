/** What others count and tell of a lane. Codes only. */
export interface LaneListener {
  /** Acknowledged from the disk. */
  spooled(count: number): void;
  /** From the disk to the log; `aside`: as dead letters, by their reasons. */
  drained(count: number, aside: readonly string[]): void;
  logTrouble(code: string): void;
  /** Undefined: it was written. */
  spoolTrouble(code: string | undefined): void;
  changed(): void;
}
