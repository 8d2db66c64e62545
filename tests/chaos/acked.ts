/** What the door has acknowledged, by place: four bytes each, because a long run has millions. */
export class Acked {
  readonly #hashes: Uint32Array[] = [];
  readonly #highest: number[] = [];
  count = 0;

  add(partition: number, offset: number, eventId: string): void {
    let hashes = this.#hashes[partition] ?? new Uint32Array(1 << 14);
    if (offset >= hashes.length) {
      const larger = new Uint32Array(Math.max(hashes.length * 2, offset + 1));
      larger.set(hashes);
      hashes = larger;
    }
    this.#hashes[partition] = hashes;
    hashes[offset] = hashOf(eventId);
    this.#highest[partition] = Math.max(this.#highest[partition] ?? -1, offset);
    this.count += 1;
  }

  /** True also for places that nobody was told of. */
  agrees(partition: number, offset: number, eventId: string): boolean {
    const told = this.#hashes[partition]?.[offset] ?? 0;
    return told === 0 || told === hashOf(eventId);
  }

  /** Acknowledged at or behind the end of the partition. */
  beyond(partition: number, end: number): number {
    let count = 0;
    for (let offset = end; offset <= (this.#highest[partition] ?? -1); offset++) {
      if (this.#hashes[partition]?.[offset]) count += 1;
    }
    return count;
  }
}

/** FNV-1a, never 0. */
function hashOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0 || 1;
}
