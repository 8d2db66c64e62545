import type { Medium } from '../medium.js';

/** Hints of processes that are one process: a place in its memory. */
export interface House {
  medium(): Medium;
}

export function createHouse(): House {
  const words = new Map<string, Map<string, string>>();
  const counts = new Map<string, { window: number; own: Map<string, number> }>();

  const medium: Medium = {
    async present({ tenant, node, said, gone }) {
      const known = words.get(tenant) ?? new Map<string, string>();
      words.set(tenant, known.set(node, said));
      for (const name of gone) known.delete(name);
      return new Map(known);
    },
    async count(asked) {
      return asked.map(({ tenant, what, who, window, node, own }) => {
        const key = JSON.stringify([tenant, what, who]);
        const known = counts.get(key);
        const held = known && known.window >= window ? known : { window, own: new Map<string, number>() };
        counts.delete(key);
        counts.set(key, held);
        for (const oldest of counts.keys()) {
          if (counts.size <= MOST_COUNTERS) break;
          counts.delete(oldest);
        }
        if (held.window !== window) return 0;
        held.own.set(node, own);
        return [...held.own].reduce((sum, [name, times]) => (name === node ? sum : sum + times), 0);
      });
    },
    giveUp: () => undefined,
    close: () => undefined,
  };
  return { medium: () => medium };
}

const MOST_COUNTERS = 50_000;
