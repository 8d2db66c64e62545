import type { AppendEntry } from '../port.js';

/** An entry on its way, and who waits for it. */
export interface PendingEntry {
  entry: AppendEntry;
  bytes: number;
  sinceMs: number;
  resolve(offset: number): void;
  reject(error: unknown): void;
}

const BATCH_ENTRIES = 5_000;
const BATCH_BYTES = 1 << 20;

/** What waits for one partition, in order, and what of it is in flight. */
export class SendChain {
  private waiting: PendingEntry[] = [];
  private inFlight: PendingEntry[] = [];
  /** Its last request failed: it travels alone until one succeeds, so that it holds back no other partition. */
  alone = false;
  failures = 0;
  /** A failed request is sent again after a pause. */
  pausing = false;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  get ready(): boolean {
    return this.waiting.length > 0 && this.inFlight.length === 0 && !this.pausing;
  }

  get empty(): boolean {
    return this.waiting.length === 0 && this.inFlight.length === 0;
  }

  add(entry: PendingEntry): void {
    this.waiting.push(entry);
  }

  /** The next entries to send, at least one; they stay first in line until `confirm`, `putBack` or `reject`. */
  take(): readonly PendingEntry[] {
    let bytes = 0;
    let count = 0;
    for (const { bytes: own } of this.waiting) {
      if (count > 0 && (count >= BATCH_ENTRIES || bytes + own > BATCH_BYTES)) break;
      bytes += own;
      count += 1;
    }
    this.inFlight = this.waiting.splice(0, count);
    return this.inFlight;
  }

  confirm(baseOffset: number): readonly PendingEntry[] {
    const sent = this.inFlight.splice(0);
    this.alone = false;
    this.failures = 0;
    for (const [index, entry] of sent.entries()) entry.resolve(baseOffset + index);
    return sent;
  }

  /** Unknown whether a broker has them: they go again, before everything behind them. */
  putBack(): void {
    this.waiting = [...this.inFlight.splice(0), ...this.waiting];
    this.alone = true;
    this.failures += 1;
  }

  /** Rejects what is in flight. */
  refuse(error: unknown): readonly PendingEntry[] {
    const sent = this.inFlight.splice(0);
    for (const entry of sent) entry.reject(error);
    return sent;
  }

  /** Rejects everything: behind an entry that is given up nothing may arrive before its caller has repeated it. */
  giveUp(error: unknown): readonly PendingEntry[] {
    this.putBack();
    const all = this.waiting.splice(0);
    for (const entry of all) entry.reject(error);
    return all;
  }

  oldestMs(): number {
    return (this.inFlight[0] ?? this.waiting[0])?.sinceMs ?? Number.POSITIVE_INFINITY;
  }
}
