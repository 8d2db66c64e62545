import { describe, expect, test } from 'vitest';
import { runSeeds } from './run-seeds.js';

const SEEDS = process.env.EARSHOT_TEST_ALL ? 2_000 : 100;
/** Schedules that once violated something. */
const REGRESSIONS = [1_122, 1_356, 3_054, 13_980];

describe('the folds under faults', () => {
  test(`${SEEDS} schedules of crashes, double owners, repeats, late words and code changes violate nothing`, {
    timeout: 1_800_000,
  }, () => {
    const report = runSeeds(1, SEEDS);
    expect(report.violations).toEqual([]);
    // Every fault that the guarantees are about was really met.
    for (const [what, times] of Object.entries(report.met)) expect(times, what).toBeGreaterThan(0);
  });

  test.each(REGRESSIONS)('the schedule of seed %i, which once went wrong', (seed) => {
    expect(runSeeds(seed, 1).violations).toEqual([]);
  });
});
