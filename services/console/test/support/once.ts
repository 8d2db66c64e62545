import { compareVersions } from '@earshot/model';
import type { Memory } from './page.js';

/** A small repeatable generator: a failing run names its seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** How often a page was told the same twice, or an older thing after a newer one. */
export function faultsOf(memory: Memory): { doubled: number; inverted: number } {
  const names = memory.applied.map((alert) => `${alert.id}@${alert.version.offset}`);
  const last = new Map<string, { offset: number; index: number }>();
  let inverted = 0;
  for (const { conversationId, version } of memory.applied) {
    const before = last.get(conversationId);
    if (before && compareVersions(version, before) < 0) inverted += 1;
    last.set(conversationId, version);
  }
  return { doubled: names.length - new Set(names).size, inverted };
}
