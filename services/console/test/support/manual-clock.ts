import type { Clock } from '../../src/index.js';

/** Time that passes only when told. */
export class ManualClock implements Clock {
  private nowMs = Date.now();
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

  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const [next] = [...this.due].filter((one) => one.atMs <= end).sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      this.nowMs = next.atMs;
      if (next.everyMs === undefined) this.due.delete(next);
      else next.atMs += next.everyMs;
      next.run();
    }
    this.nowMs = end;
  }

  private add(entry: { atMs: number; everyMs?: number; run: () => void }): () => void {
    this.due.add(entry);
    return () => void this.due.delete(entry);
  }
}
