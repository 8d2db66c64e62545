/** Two quartz clocks drift apart by less than this, ms per ms. */
const DRIFT = 0.0002;

/**
 * The log's clock seen from here. Each stamp that a broker puts on a record between a request and its answer bounds
 * how far its clock is ahead of ours; within these bounds ours is believed.
 */
export class LogClock {
  private low = Number.NEGATIVE_INFINITY;
  private high = Number.POSITIVE_INFINITY;
  private boundsAtMs = 0;
  private lastMs = 0;

  /** `now`: epoch ms of this machine. */
  constructor(private readonly now: () => number) {}

  /** A broker stamped `stampMs` on a record that was sent at `sentMs` and acknowledged at `answeredMs`. */
  stamped(stampMs: number, sentMs: number, answeredMs: number): void {
    this.bound(stampMs - answeredMs, stampMs + 1 - sentMs, answeredMs);
    this.lastMs = Math.max(this.lastMs, stampMs);
  }

  /** A record with this stamp has been read: the log's clock has been there. */
  seen(stampMs: number): void {
    const nowMs = this.now();
    if (stampMs > nowMs + this.low) this.bound(stampMs - nowMs, Number.POSITIVE_INFINITY, nowMs);
    this.lastMs = Math.max(this.lastMs, stampMs);
  }

  /** Epoch ms; never runs backwards and is never behind a stamp that was seen. */
  read(): number {
    const aheadMs = Math.min(Math.max(0, this.low), this.high);
    this.lastMs = Math.max(this.lastMs, Math.floor(this.now() + aheadMs));
    return this.lastMs;
  }

  private bound(low: number, high: number, atMs: number): void {
    const widen = Math.max(0, atMs - this.boundsAtMs) * DRIFT;
    const nextLow = Math.max(low, this.low - widen);
    const nextHigh = Math.min(high, this.high + widen);
    // A clock was set: what was believed before says nothing any more.
    const contradicts = nextLow > nextHigh;
    this.low = contradicts ? low : nextLow;
    this.high = contradicts ? high : nextHigh;
    this.boundsAtMs = atMs;
  }
}
