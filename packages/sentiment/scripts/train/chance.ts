import { hash } from 'node:crypto';

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffle(order: Uint32Array, chance: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(chance() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
}

/** Where an item goes is decided by its name alone, so adding others moves none. */
export function partOf(name: string, shares: { test: number; tune: number }): 'test' | 'tune' | 'train' {
  const at = Number.parseInt(hash('sha256', `earshot/split/${name}`).slice(0, 8), 16) / 2 ** 32;
  return at < shares.test ? 'test' : at < shares.test + shares.tune ? 'tune' : 'train';
}
