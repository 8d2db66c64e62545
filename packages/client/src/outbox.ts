import type { SendResult } from './send-result.js';

interface Entry {
  sequence: number;
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
  /** Sequences up to it have been written to the present connection. */
  #written = 0;
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
      this.#unanswered.set(sequence, { sequence, bytes, resolve, reject });
    });
  }

  /** What may be written now, oldest first: unwritten ones inside the window. */
  takeWritable(): Buffer[] {
    const writable: Entry[] = [];
    let place = 0;
    for (const entry of this.#unanswered.values()) {
      place += 1;
      if (place > this.#window) break;
      if (entry.sequence > this.#written) writable.push(entry);
    }
    this.#written = writable.at(-1)?.sequence ?? this.#written;
    return writable.map(({ bytes }) => bytes);
  }

  /** An answer came; one for a sequence that was answered before (over an older connection) changes nothing. */
  answer(sequence: number, result: SendResult): void {
    const entry = this.#unanswered.get(sequence);
    if (!entry) return;
    this.#unanswered.delete(sequence);
    entry.resolve(result);
    this.#wake();
  }

  /** The connection is gone: what was written may not have arrived. */
  startOver(): void {
    this.#written = 0;
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
