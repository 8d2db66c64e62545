import { BARRIER_CHAR } from './characters.js';
import { adjacent, CONTEXT_REACH, type ContextHit, findContexts, follows } from './context.js';
import type { ContextKind } from './types.js';

export interface RunContext {
  kind: ContextKind;
  /** Nothing but connecting words between it and the number. */
  adjacent: boolean;
}

/**
 * Tells which words a run stands in the reach of, while a text is read from left to right. What was masked counts
 * as no distance, so that a second masking of the masked text finds the same reach as the first.
 */
export class ContextTracker {
  readonly #text: string;
  readonly #hits: ContextHit[];
  #next = 0;
  #current: (ContextHit & { maskedBefore: number }) | undefined;
  #maskedUnits = 0;
  #nextBarrier: number;
  lastMaskedEnd = 0;

  constructor(text: string, inherited: ContextKind | undefined) {
    this.#text = text;
    this.#hits = findContexts(text);
    this.#nextBarrier = text.indexOf(BARRIER_CHAR);
    if (inherited) this.#current = { kind: inherited, from: 0, to: 0, maskedBefore: 0 };
  }

  masked(from: number, to: number): void {
    this.#advance(from);
    this.#countBarriers(from);
    this.#maskedUnits += to - from;
    this.lastMaskedEnd = to;
  }

  /** What the words before `from` say, or else the word right behind `to`. */
  at(from: number, to: number): RunContext | undefined {
    this.#advance(from);
    this.#countBarriers(from);
    const behind = this.#hits[this.#next];
    if (behind && behind.from >= to && behind.kind !== 'order' && follows(this.#text, to, behind)) {
      return { kind: behind.kind, adjacent: true };
    }
    const hit = this.#current;
    if (!hit) return undefined;
    if (adjacent(this.#text, hit, from)) return { kind: hit.kind, adjacent: true };
    const distance = from - hit.to - (this.#maskedUnits - hit.maskedBefore);
    return distance <= CONTEXT_REACH ? { kind: hit.kind, adjacent: false } : undefined;
  }

  contextAtEnd(): ContextKind | undefined {
    const end = this.#text.length;
    this.#advance(end + 1);
    this.#countBarriers(end);
    const hit = this.#current;
    return hit && end - hit.to - (this.#maskedUnits - hit.maskedBefore) <= CONTEXT_REACH ? hit.kind : undefined;
  }

  #advance(limit: number): void {
    for (let hit = this.#hits[this.#next]; hit && hit.to <= limit; hit = this.#hits[++this.#next]) {
      if (hit.from < this.lastMaskedEnd) continue;
      this.#countBarriers(hit.from);
      this.#current = { ...hit, maskedBefore: this.#maskedUnits };
    }
  }

  #countBarriers(limit: number): void {
    while (this.#nextBarrier !== -1 && this.#nextBarrier < limit) {
      this.#maskedUnits++;
      this.#nextBarrier = this.#text.indexOf(BARRIER_CHAR, this.#nextBarrier + 1);
    }
  }
}
