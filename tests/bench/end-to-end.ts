import { parseArgs } from 'node:util';
import { Chance } from '@earshot/testkit';
import { floorOf } from '../load/people.js';
import { exitOnSignals, tempFolder } from '../load/temp-folder.js';
import { Contender, type RaceOptions, race } from './lib/contender.js';
import { readTexts } from './lib/corpus.js';
import { planner } from './lib/load-plan.js';
import type { StepResult } from './lib/load-step.js';
import { reportRates, stepLine } from './lib/rates-report.js';
import { print } from './lib/report.js';
import { runBaseline } from './lib/run-baseline.js';
import { runProduct } from './lib/run-product.js';
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

const options: RaceOptions = {
  dir,
  firstRate: asked.from,
  seconds: asked.seconds,
  p99Ms: asked.p99,
  plan(ratePerSecond, seconds) {
    const { conversations, seed } = asked;
    const name = `s${steps++}`;
    return plan({ name, seed, ratePerSecond, seconds, conversations, desks: floor.agents, texts, rules });
  },
  onStep(side, round, result) {
    tried.push({ side, round, ...result });
    if (!values.json) console.log(stepLine(side, result));
  },
};
const contenders: [Contender, Contender] = [
  new Contender('baseline', options, (folder) => runBaseline(folder, rules, floor.agents, { nodeFlags })),
  new Contender('ours', options, (folder) => runProduct(folder, rules, floor, nodeFlags)),
];
try {
  await race(contenders, asked.rounds);
} finally {
  remove();
}

print(
  {
    bench: 'end-to-end',
    asked,
    ...reportRates(contenders, asked),
    notes: [
      'The load comes from this program over each side’s own door, in batches of what fell due in 5 ms, on the same cores. ' +
        'What the baseline leaves out is listed in tests/bench/baseline/README.md; the product does it during the run.',
    ],
    ...(values.json && { tried }),
  },
  values.json,
);
process.exit(0);
