import type { StepResult } from './load-step.js';

/** Halvings of the way between the highest rate that was carried and the lowest that was not: 2^(1/8), 9 %. */
const REFINEMENTS = 3;

/** Looks for the highest rate: doubles until one is not carried (or halves until one is), then narrows down. */
export class RateSearch {
  highest: StepResult | undefined;
  private failed: number | undefined;
  private refined = 0;

  constructor(private readonly firstRate: number) {}

  /** The next rate to try; undefined: found. */
  next(): number | undefined {
    const carried = this.highest?.ratePerSecond;
    if (this.failed === undefined) return carried === undefined ? this.firstRate : carried * 2;
    if (carried === undefined) return this.failed > 10 ? Math.round(this.failed / 2) : undefined;
    return this.refined < REFINEMENTS ? Math.round(Math.sqrt(carried * this.failed)) : undefined;
  }

  take(result: StepResult): void {
    if (this.highest && this.failed !== undefined) this.refined += 1;
    if (result.carried) this.highest = result;
    else this.failed = result.ratePerSecond;
  }
}
