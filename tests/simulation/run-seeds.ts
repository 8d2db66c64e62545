import { castWithReceivers, realCast } from './cast.js';
import { violations, violationsAtRest } from './invariants.js';
import { type Met, nothingMet, World } from './world.js';

export interface SeedsReport {
  seeds: number;
  /** `seed N: what was wrong`, at most ten. */
  violations: string[];
  /** What the schedules met, all together: a zero would mean that a guarantee was never put to the test. */
  met: Met;
}

const MOST_SHOWN = 10;

/** Plays schedules `first` to `first + count - 1` over the real folds; stops early after ten violations. */
export function runSeeds(first: number, count: number, onSeed?: (seed: number) => void): SeedsReport {
  const report: SeedsReport = { seeds: 0, violations: [], met: nothingMet() };
  for (let seed = first; seed < first + count && report.violations.length < MOST_SHOWN; seed++) {
    // Every other schedule has receivers outside as well, whose results are more facts for alerting to decide from.
    const early = seed % 3 === 1;
    const cast = seed % 2 === 0 ? realCast(early) : castWithReceivers(early);
    const world = new World(seed, cast, violationsAtRest);
    try {
      world.run();
      for (const violation of violations(world)) report.violations.push(`seed ${seed}: ${violation}`);
    } catch (error) {
      report.violations.push(`seed ${seed}: ${String(error)}`);
    }
    report.seeds++;
    for (const what of Object.keys(report.met) as (keyof Met)[]) report.met[what] += world.met[what];
    onSeed?.(seed);
  }
  return report;
}
