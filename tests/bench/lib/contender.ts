import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadPlan } from './load-plan.js';
import { type Running, runStep, type StepResult } from './load-step.js';
import { RateSearch } from './search.js';

const WARM_UP_SECONDS = 5;

export interface RaceOptions {
  /** Folders of the sides are made in it. */
  dir: string;
  firstRate: number;
  seconds: number;
  p99Ms: number;
  plan(ratePerSecond: number, seconds: number): LoadPlan;
  onStep(side: string, round: number, result: StepResult): void;
}

/** A side that looks for the highest rate that it carries. */
export class Contender {
  /** Of each round. */
  readonly highest: StepResult[] = [];
  private search: RateSearch;
  private running: Running | undefined;
  private starts = 0;

  constructor(
    readonly name: string,
    private readonly options: RaceOptions,
    private readonly start: (folder: string) => Promise<Running>,
  ) {
    this.search = new RateSearch(options.firstRate);
  }

  /** One more rate; false when the highest is known. */
  async step(round: number): Promise<boolean> {
    const rate = this.search.next();
    if (rate === undefined) return false;
    let result = await this.tryRate(rate, round);
    // Once more from a fresh start: the machine may have been disturbed.
    if (!result.carried) result = await this.tryRate(rate, round);
    this.search.take(result);
    return true;
  }

  async endRound(): Promise<void> {
    await this.stop();
    const { highest } = this.search;
    if (highest) this.highest.push(highest);
    this.search = new RateSearch(Math.round((highest?.ratePerSecond ?? this.options.firstRate) / 1.5));
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.stop();
  }

  private async tryRate(ratePerSecond: number, round: number): Promise<StepResult> {
    const { dir, firstRate, seconds, p99Ms, plan, onStep } = this.options;
    if (!this.running) {
      const folder = join(dir, `${this.name}-${this.starts++}`);
      mkdirSync(folder);
      this.running = await this.start(folder);
      await runStep(this.running, plan(firstRate, WARM_UP_SECONDS), p99Ms);
    }
    const result = await runStep(this.running, plan(ratePerSecond, seconds), p99Ms);
    onStep(this.name, round, result);
    if (!result.carried) await this.stop();
    return result;
  }
}

/** All of them, a step of each in turns, until each has its highest rate of every round; stopped however it ends. */
export async function race(contenders: readonly Contender[], rounds: number): Promise<void> {
  try {
    for (let round = 0; round < rounds; round++) {
      let open = [...contenders];
      while (open.length > 0) {
        const after: Contender[] = [];
        for (const one of open) if (await one.step(round)) after.push(one);
        open = after;
      }
      for (const one of contenders) await one.endRound();
    }
  } finally {
    for (const one of contenders) await one.stop();
  }
}
