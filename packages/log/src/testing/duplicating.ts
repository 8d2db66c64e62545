import type { AppendEntry, Log } from '../port.js';

/** A log that now and then holds an entry twice, as a producer that retries after a lost answer does. */
export function duplicating(log: Log, seed: number): Log {
  const chance = seededChance(seed);
  return {
    partitions: (topic) => log.partitions(topic),
    partitionOf: (topic, key) => log.partitionOf(topic, key),
    append: async (entries: readonly AppendEntry[]) => {
      const again = entries.filter(() => chance() < 0.3);
      const offsets = await log.append([...entries, ...again]);
      return offsets.slice(0, entries.length);
    },
    subscribe: (options) => log.subscribe(options),
    tail: (options) => log.tail(options),
    read: (topic, partition, from, limit) => log.read(topic, partition, from, limit),
    bounds: (topic, partition) => log.bounds(topic, partition),
    groups: (topic) => log.groups(topic),
    clock: () => log.clock(),
    close: () => log.close(),
  };
}

/** Mulberry32: numbers in 0..1 that a seed repeats. */
function seededChance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
