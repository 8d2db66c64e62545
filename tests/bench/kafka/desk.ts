import { createScope } from '@earshot/kit';
import { Chance } from '@earshot/testkit';
import { floorOf } from '../../load/people.js';
import { readTexts } from '../lib/corpus.js';
import { planner } from '../lib/load-plan.js';
import { type Running, runStep, type StepResult } from '../lib/load-step.js';
import { median } from '../lib/measure.js';
import { definePart } from '../lib/part.js';
import { atMost } from '../lib/report.js';
import { runCluster } from '../lib/run-cluster.js';
import { scopedFolder } from '../lib/scoped-folder.js';
import { writeRules } from '../lib/write-rules.js';
import { everyWord, runBareHops } from './bare-hops.js';

const TICK_MS = 1;
const WARM_UP_SECONDS = 5;
/** Of the utterances at the low rate, those that say a phrase of a rule: alerts are rare, and a percentile needs many. */
const SHARE_AT_LOW = 0.4;

/** How long words take to the desk: the whole road, against the least that Kafka itself takes of it. */
export const desk = definePart({
  says: 'utterance to desktop, against two kafkajs hops and one push; 6 minutes',
  flags: {
    rounds: { default: 3, says: 'of all, in turns' },
    seconds: { default: 40, says: 'of each measurement at the low rate' },
    'seconds-high': { default: 15, says: 'of each at the high rate' },
    low: { default: 25, says: 'utterances/s' },
    high: { default: 2_000, says: 'utterances/s' },
    rules: { default: 200, says: 'in force' },
    desks: { default: 50, says: 'open' },
    conversations: { default: 1_500, says: 'at most at once' },
    seed: { default: 1, says: 'of rules and talk' },
  },
  async run(asked, say) {
    const chance = new Chance(asked.seed);
    const texts = readTexts(chance);
    const rules = writeRules(chance, texts, asked.rules);
    const floor = floorOf(asked.desks, 1);
    const plan = planner(rules);
    const { seed, conversations, low, high } = asked;
    let steps = 0;
    const planFor = (ratePerSecond: number, seconds: number) => {
      const more = ratePerSecond === low ? { share: SHARE_AT_LOW } : {};
      const talk = { name: `d${steps++}`, seed: seed + steps, ratePerSecond, seconds, conversations, texts, rules };
      return plan({ ...talk, desks: floor.agents, ...more });
    };
    const scope = createScope();
    try {
      const cluster = await runCluster(scopedFolder(scope, 'desk'), rules, floor);
      scope.defer('cluster', () => cluster.stop());
      const desks = await cluster.open();
      scope.defer('desks', () => desks.stop());
      const hops = await runBareHops(scope, cluster.kafka, floor.agents);
      const found = new Map<string, StepResult[]>();
      const measure = async (side: 'ours' | 'hops', rate: number, seconds: number): Promise<StepResult> => {
        const [running, planned]: [Running, ReturnType<typeof planFor>] =
          side === 'ours' ? [desks, planFor(rate, seconds)] : [hops, everyWord(planFor(rate, seconds))];
        const result = await runStep(running, planned, Number.POSITIVE_INFINITY, TICK_MS);
        say(`${side} ${rate}/s ${JSON.stringify(result)}`);
        return result;
      };
      const keep = async (side: 'ours' | 'hops', rate: number, seconds: number) => {
        const name = `${side} ${rate}`;
        found.set(name, [...(found.get(name) ?? []), await measure(side, rate, seconds)]);
      };
      const sides = ['hops', 'ours'] as const;
      for (const side of sides) await measure(side, low, WARM_UP_SECONDS);
      for (let round = 0; round < asked.rounds; round++) {
        for (const side of round % 2 === 0 ? sides : [...sides].reverse()) await keep(side, low, asked.seconds);
      }
      // After all others, so that nothing is timed behind what a high rate may leave waiting.
      await measure('ours', high, WARM_UP_SECONDS);
      for (let round = 0; round < asked.rounds; round++) await keep('ours', high, asked['seconds-high']);
      const of = (side: string, rate: number, figure: (step: StepResult) => number) =>
        median((found.get(`${side} ${rate}`) ?? []).map(figure));
      // A latency of what arrived says nothing where something did not.
      const unlessLost = (ratio: number, ...rates: number[]) => {
        const counted = [...found].filter(([name]) => rates.some((rate) => name.endsWith(` ${rate}`)));
        return counted.some(([, all]) => all.some(({ carried }) => !carried)) ? Number.POSITIVE_INFINITY : ratio;
      };
      const p50 = (side: string) => of(side, low, ({ toDeskMs }) => toDeskMs.p50);
      const p99 = (rate: number) => of('ours', rate, ({ toDeskMs }) => toDeskMs.p99);
      const measured = [['hops', low] as const, ['ours', low] as const, ['ours', high] as const];
      const rows = measured.map(([side, rate]) => ({
        side: side === 'ours' ? 'ours: judged, shown' : 'two hops, one push',
        'utterances/s': rate,
        'arrived, a round': of(side, rate, ({ toDeskMs }) => toDeskMs.count),
        'p50, ms': of(side, rate, ({ toDeskMs }) => toDeskMs.p50),
        'p99, ms': of(side, rate, ({ toDeskMs }) => toDeskMs.p99),
        lost: (found.get(`${side} ${rate}`) ?? []).reduce((sum, step) => sum + step.lost, 0),
        'processor us/utterance': of(side, rate, ({ processorUs }) => processorUs ?? Number.NaN),
        'sender late p99, ms': of(side, rate, ({ senderLateMs }) => senderLateMs),
      }));
      return {
        tables: [{ title: 'From the end of the words to the desk; medians of the rounds', rows }],
        targets: [
          atMost(`p50 at ${low}/s, ours / two hops and a push`, 1.25, unlessLost(p50('ours') / p50('hops'), low)),
          atMost(`ours, p99 at ${high}/s / p99 at ${low}/s`, 3, unlessLost(p99(high) / p99(low), low, high)),
        ],
        notes: [
          'One broker, the one that `npm run cluster` started. The other side is two processes of kafkajs as it comes that pass ' +
            'JSON on and read nothing. Ours is one process of each service: gRPC at the door, personal data masked, three hops ' +
            '(conversations, cases, alerts), rules judged, the alert owned by a person, sentiment scored beside it. Neither analysis ' +
            'nor Redis.',
          `Times begin when words are due (this program looks every ${TICK_MS} ms) and end in this program. At ${low}/s ${SHARE_AT_LOW * 100} % of ` +
            'utterances say a phrase of a rule, at the high rate 5 %; what raises no alert is work and not timed. Lost anything: the ' +
            'ratios count as missed.',
        ],
      };
    } finally {
      await scope.close(30_000);
    }
  },
});
