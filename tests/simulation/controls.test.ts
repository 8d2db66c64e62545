import { describe, expect, test } from 'vitest';
import { CONTROLS, HEALED } from './controls.js';
import { violations, violationsAtRest } from './invariants.js';
import { type Cast, World } from './world.js';

const SEEDS = 400;

/** The first of these schedules in which something is violated. */
function firstCaught(seeds: Iterable<number>, cast: () => Cast): number | undefined {
  for (const seed of seeds) {
    const world = new World(seed, cast(), violationsAtRest);
    try {
      world.run();
    } catch {
      return seed;
    }
    if (violations(world).length > 0) return seed;
  }
  return undefined;
}

describe('each wording that was replaced is caught', () => {
  test.each(Object.entries(CONTROLS))('%s', { timeout: 300_000 }, (_name, { seed, cast }) => {
    const seeds = Array.from({ length: SEEDS }, (_, i) => seed + i);
    expect(firstCaught(seeds, cast)).toBeDefined();
  });
});

describe('a wording that the takeover makes good', () => {
  test.each(Object.entries(HEALED))('%s', { timeout: 300_000 }, (_name, { seeds, cast }) => {
    expect(firstCaught(seeds, cast)).toBeUndefined();
  });
});
