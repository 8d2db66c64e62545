import { describe, expect, test } from 'vitest';
import { realCast } from './cast.js';
import { violations, violationsAtRest } from './invariants.js';
import { World } from './world.js';

const SEEDS = Number(process.env.EARSHOT_SIM_SEEDS ?? (process.env.EARSHOT_TEST_ALL ? 2_000 : 200));
const FIRST = Number(process.env.EARSHOT_SIM_FIRST ?? 1);

describe('the folds under faults', () => {
  test(`${SEEDS} schedules of crashes, double owners, repeats, late words and an engine change violate nothing`, {
    timeout: 1_800_000,
  }, () => {
    const bad: string[] = [];
    for (let seed = FIRST; seed < FIRST + SEEDS && bad.length < 10; seed++) {
      const world = new World(seed, realCast(), violationsAtRest);
      try {
        world.run();
        for (const violation of violations(world)) bad.push(`seed ${seed}: ${violation}`);
      } catch (error) {
        bad.push(`seed ${seed}: ${String(error)}`);
      }
    }
    expect(bad).toEqual([]);
  });
});
