import type { Clock } from '../spool/clock.js';

/** Time that passes only when told. */
export class ManualClock implements Clock {
  private readonly due = new Set<{ atMs: number; run: () => void }>();

  constructor(private nowMs = Date.UTC(2026, 4, 1, 9)) {}

  now(): number {
    return this.nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { atMs: this.nowMs + ms, run };
    this.due.add(entry);
    return () => void this.due.delete(entry);
  }

  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const [next] = [...this.due].filter((one) => one.atMs <= end).sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      this.nowMs = next.atMs;
      this.due.delete(next);
      next.run();
    }
    this.nowMs = end;
  }
}
