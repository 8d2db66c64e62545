import { describe, expect, test } from 'vitest';
import { CONTROLS } from './controls.js';
import { violations, violationsAtRest } from './invariants.js';
import { type Cast, World } from './world.js';

const SEEDS = 400;

/** The first schedule, beginning with `first`, in which something is violated. */
function firstCaught(first: number, cast: () => Cast): number | undefined {
  for (let i = 0; i < SEEDS; i++) {
    const seed = first + i;
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
    expect(firstCaught(seed, cast)).toBeDefined();
  });
});
