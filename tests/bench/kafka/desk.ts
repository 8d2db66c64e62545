import { createScope } from '@earshot/kit';
import { Chance } from '@earshot/testkit';
import { floorOf } from '../../load/people.js';
import { readTexts } from '../lib/corpus.js';
import { planner } from '../lib/load-plan.js';
import { type Running, runStep, type StepResult } from '../lib/load-step.js';
import { definePart } from '../lib/part.js';
import { runCluster } from '../lib/run-cluster.js';
import { scopedFolder } from '../lib/scoped-folder.js';
import { writeRules } from '../lib/write-rules.js';
import { everyWord, runBareHops } from './bare-hops.js';
import { type DeskSteps, reportDesk, SHARE_AT_LOW, TICK_MS } from './desk-report.js';

const WARM_UP_SECONDS = 5;
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
      const found: DeskSteps = { hops: [], ours: [], oursAtHigh: [] };
      const measure = async (side: 'ours' | 'hops', rate: number, seconds: number): Promise<StepResult> => {
        const [running, planned]: [Running, ReturnType<typeof planFor>] =
          side === 'ours' ? [desks, planFor(rate, seconds)] : [hops, everyWord(planFor(rate, seconds))];
        const result = await runStep(running, planned, Number.POSITIVE_INFINITY, TICK_MS);
        say(`${side} ${rate}/s ${JSON.stringify(result)}`);
        return result;
      };
      const sides = ['hops', 'ours'] as const;
      for (const side of sides) await measure(side, low, WARM_UP_SECONDS);
      for (let round = 0; round < asked.rounds; round++) {
        for (const side of round % 2 === 0 ? sides : [...sides].reverse())
          found[side].push(await measure(side, low, asked.seconds));
      }
      // After all others, so that nothing is timed behind what a high rate may leave waiting.
      await measure('ours', high, WARM_UP_SECONDS);
      for (let round = 0; round < asked.rounds; round++)
        found.oursAtHigh.push(await measure('ours', high, asked['seconds-high']));
      return reportDesk(found, asked);
    } finally {
      await scope.close(30_000);
    }
  },
});
