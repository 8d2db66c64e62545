import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Chance } from '@earshot/testkit';
import { floorOf } from '../load/people.js';
import { exitOnSignals, tempFolder } from '../load/temp-folder.js';
import { readTexts } from './lib/corpus.js';
import { planner } from './lib/load-plan.js';
import { type Running, runStep, type StepResult } from './lib/load-step.js';
import { median } from './lib/measure.js';
import { atLeast, print } from './lib/report.js';
import { runBaseline } from './lib/run-baseline.js';
import { runProduct } from './lib/run-product.js';
import { RateSearch } from './lib/search.js';
import { writeRules } from './lib/write-rules.js';

/** From the door to the desk: the highest rate at which all alerts come in time, the product's and the baseline's. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    rules: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '8' },
    from: { type: 'string', default: '500' },
    desks: { type: 'string', default: '50' },
    conversations: { type: 'string', default: '1500' },
    p99: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Folder for CPU profiles of both sides. */
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const asked = Object.fromEntries(
  (['rounds', 'rules', 'seconds', 'from', 'desks', 'conversations', 'p99', 'seed'] as const).map((name) => [
    name,
    Number(values[name]),
  ]),
) as Record<'rounds' | 'rules' | 'seconds' | 'from' | 'desks' | 'conversations' | 'p99' | 'seed', number>;
const WARM_UP_SECONDS = 5;

exitOnSignals();
const { dir, remove } = tempFolder('end-to-end');
const chance = new Chance(asked.seed);
const texts = readTexts(chance);
const rules = writeRules(chance, texts, asked.rules);
const floor = floorOf(asked.desks, 1);
const plan = planner(rules);
const nodeFlags = values.profile ? ['--cpu-prof', '--cpu-prof-dir', values.profile] : [];
const tried: (StepResult & { side: string; round: number })[] = [];
let steps = 0;

class Contender {
  readonly highest: StepResult[] = [];
  search = new RateSearch(asked.from);
  private running: Running | undefined;

  constructor(
    readonly name: string,
    private readonly start: (folder: string) => Promise<Running>,
  ) {}

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
    if (this.search.highest) this.highest.push(this.search.highest);
    this.search = new RateSearch(Math.round((this.search.highest?.ratePerSecond ?? asked.from) / 1.5));
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
  }

  private async tryRate(ratePerSecond: number, round: number): Promise<StepResult> {
    if (!this.running) {
      const folder = join(dir, `${this.name}-${steps}`);
      mkdirSync(folder);
      this.running = await this.start(folder);
      await runStep(this.running, this.planFor(asked.from, WARM_UP_SECONDS), asked.p99);
    }
    const result = await runStep(this.running, this.planFor(ratePerSecond, asked.seconds), asked.p99);
    tried.push({ side: this.name, round, ...result });
    if (!values.json) console.log(lineOf(this.name, result));
    if (!result.carried) await this.stop();
    return result;
  }

  private planFor(ratePerSecond: number, seconds: number) {
    const { conversations, seed } = asked;
    const name = `s${steps++}`;
    return plan({ name, seed, ratePerSecond, seconds, conversations, desks: floor.agents, texts, rules });
  }
}

const contenders = [
  new Contender('baseline', (folder) => runBaseline(folder, rules, floor.agents, nodeFlags)),
  new Contender('ours', (folder) => runProduct(folder, rules, floor, nodeFlags)),
];
try {
  for (let round = 0; round < asked.rounds; round++) {
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
  remove();
}

const rateOf = (one: Contender) => median(one.highest.map(({ ratePerSecond }) => ratePerSecond));
const [baseline, ours] = contenders as [Contender, Contender];
print(
  {
    bench: 'end-to-end',
    asked,
    tables: [
      {
        title: `Highest rate, utterances/s, all alerts at the desk with p99 <= ${asked.p99} ms, nothing lost; ${asked.rules} rules`,
        rows: contenders.map((one) => {
          const rates = one.highest.map(({ ratePerSecond }) => ratePerSecond);
          const p99 = median(one.highest.map(({ toDeskMs }) => toDeskMs.p99));
          const p50 = median(one.highest.map(({ toDeskMs }) => toDeskMs.p50));
          const span = rates.length > 0 ? `${Math.min(...rates)}-${Math.max(...rates)}` : 'none carried';
          const cpu = median(one.highest.map(({ processorUs }) => processorUs ?? Number.NaN));
          const there = { 'p50 there, ms': p50, 'p99 there, ms': p99, 'processor us/utterance': cpu };
          return { side: one.name, median: rateOf(one), rounds: span, ...there };
        }),
      },
    ],
    targets: [atLeast("highest rate, ours / the baseline's", 5, rateOf(ours) / rateOf(baseline))],
    notes: [
      'The load comes from this program over each side’s own door, in batches of what fell due in 5 ms, on the same cores. ' +
        'What the baseline leaves out is listed in tests/bench/baseline/README.md; the product does it during the run.',
    ],
    ...(values.json && { tried }),
  },
  values.json,
);
process.exit(0);

function lineOf(
  side: string,
  { ratePerSecond, toDeskMs, lost, unexpected, processorUs, senderLateMs, carried }: StepResult,
): string {
  const { count, p50, p99 } = toDeskMs;
  const figures = `${count} alerts, p50 ${p50}, p99 ${p99} ms, lost ${lost}, unexpected ${unexpected}, processor ${processorUs} us, sender late ${senderLateMs} ms`;
  return `${side.padEnd(9)} ${String(ratePerSecond).padStart(6)}/s  ${figures}${carried ? '' : '  NOT CARRIED'}`;
}
