import type { HintsClock } from '../clock.js';

/** Time that passes only when told. */
export class ManualClock implements HintsClock {
  private nowMs = 1_000_000_000_000;
  private readonly due = new Set<{ atMs: number; everyMs?: number; run: () => void }>();

  now(): number {
    return this.nowMs;
  }

  every(ms: number, run: () => void): () => void {
    return this.add({ atMs: this.nowMs + ms, everyMs: ms, run });
  }

  after(ms: number, run: () => void): () => void {
    return this.add({ atMs: this.nowMs + ms, run });
  }

  /** Whatever falls due on the way runs in its order, and what it promises is settled before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.nowMs + ms;
    for (;;) {
      const [next] = [...this.due].filter((one) => one.atMs <= end).sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      this.nowMs = next.atMs;
      if (next.everyMs === undefined) this.due.delete(next);
      else next.atMs += next.everyMs;
      next.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.nowMs = end;
  }

  private add(entry: { atMs: number; everyMs?: number; run: () => void }): () => void {
    this.due.add(entry);
    return () => void this.due.delete(entry);
  }
}
