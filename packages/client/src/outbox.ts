import type { SendResult } from './send-result.js';

interface Entry {
  bytes: Buffer;
  resolve(result: SendResult): void;
  reject(error: Error): void;
}

/**
 * What has been handed in and not been answered, in order. Pure bookkeeping: it knows nothing of connections, except
 * that a new one begins with everything unanswered.
 */
export class Outbox {
  #sequence = 0;
  /** In order of their sequence, because a map keeps the order of insertion. */
  readonly #unanswered = new Map<number, Entry>();
  readonly #window: number;
  /** The next one to write to the present connection; everything unanswered before it is on its way there. */
  #next = 1;
  #onTheWay = 0;
  #onRoom: (() => void)[] = [];

  constructor(window: number) {
    this.#window = window;
  }

  get size(): number {
    return this.#unanswered.size;
  }

  /** What `encode` throws is thrown, and nothing has been added. */
  add(encode: (sequence: number) => Buffer): Promise<SendResult> {
    const sequence = this.#sequence + 1;
    const bytes = encode(sequence);
    this.#sequence = sequence;
    return new Promise((resolve, reject) => {
      this.#unanswered.set(sequence, { bytes, resolve, reject });
    });
  }

  /** What may be written now, oldest first: as many as the window has room for. */
  takeWritable(): Buffer[] {
    const writable: Buffer[] = [];
    for (; this.#onTheWay < this.#window && this.#next <= this.#sequence; this.#next++) {
      const entry = this.#unanswered.get(this.#next);
      if (!entry) continue;
      writable.push(entry.bytes);
      this.#onTheWay++;
    }
    return writable;
  }

  /** An answer came; one for a sequence that was answered before (over an older connection) changes nothing. */
  answer(sequence: number, result: SendResult): void {
    const entry = this.#unanswered.get(sequence);
    if (!entry) return;
    this.#unanswered.delete(sequence);
    // Answered over an older connection, before this one has written it: nothing of this one's window comes free.
    if (sequence < this.#next) this.#onTheWay--;
    entry.resolve(result);
    this.#wake();
  }

  /** The connection is gone: what was written may not have arrived. */
  startOver(): void {
    this.#next = this.#unanswered.keys().next().value ?? this.#sequence + 1;
    this.#onTheWay = 0;
  }

  failAll(error: Error): void {
    const entries = [...this.#unanswered.values()];
    this.#unanswered.clear();
    for (const entry of entries) entry.reject(error);
    this.#wake();
  }

  /** Resolves when fewer than `limit` are unanswered. */
  async below(limit: number): Promise<void> {
    while (this.size >= limit) await new Promise<void>((resolve) => this.#onRoom.push(resolve));
  }

  #wake(): void {
    const waiting = this.#onRoom;
    this.#onRoom = [];
    for (const wake of waiting) wake();
  }
}
