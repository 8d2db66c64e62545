import { join } from 'node:path';
import { createScope } from '@earshot/kit';
import { Chance } from '@earshot/testkit';
import { floorOf } from '../../load/people.js';
import { Contender, type RaceOptions, race } from '../lib/contender.js';
import { readTexts } from '../lib/corpus.js';
import { planner } from '../lib/load-plan.js';
import { definePart } from '../lib/part.js';
import { reportRates, stepLine } from '../lib/rates-report.js';
import { runBaseline } from '../lib/run-baseline.js';
import { type RunningCluster, runCluster } from '../lib/run-cluster.js';
import { scopedFolder } from '../lib/scoped-folder.js';
import { writeRules } from '../lib/write-rules.js';
import { onKafka } from './baseline-on-kafka.js';

/** The bench of the one process, with Kafka under both sides. */
export const endToEnd = definePart({
  says: 'highest rate carried from the door to the desk, against the frozen baseline over Kafka; 25 minutes',
  flags: {
    rounds: { default: 3, says: 'of both, in turns' },
    rules: { default: 1_000, says: 'in force' },
    seconds: { default: 8, says: 'of each rate that is tried' },
    from: { default: 500, says: 'utterances/s tried first' },
    desks: { default: 50, says: 'open' },
    conversations: { default: 1_500, says: 'at most at once' },
    p99: { default: 200, says: 'ms within which a rate counts as carried' },
    seed: { default: 1, says: 'of rules and talk' },
  },
  async run(asked, say) {
    const { seed, conversations, p99 } = asked;
    const chance = new Chance(seed);
    const texts = readTexts(chance);
    const rules = writeRules(chance, texts, asked.rules);
    const floor = floorOf(asked.desks, 1);
    const planOf = planner(rules);
    const scope = createScope();
    try {
      const dir = scopedFolder(scope, 'kafka-end-to-end');
      let [steps, clusters] = [0, 0];
      const plan = (ratePerSecond: number, seconds: number) =>
        planOf({
          ...{ name: `s${steps++}`, seed, ratePerSecond, seconds },
          ...{ conversations, desks: floor.agents, texts, rules },
        });
      let cluster: RunningCluster | undefined;
      const here = async () => {
        cluster ??= await runCluster(join(dir, `cluster-${clusters++}`), rules, floor);
        return cluster;
      };
      const leave = async () => {
        const one = cluster;
        cluster = undefined;
        await one?.stop();
      };
      scope.defer('cluster', leave);
      const options: RaceOptions = {
        ...{ dir, firstRate: asked.from, seconds: asked.seconds, p99Ms: p99, plan },
        onStep: (side, _round, step) => say(stepLine(side, step)),
      };
      const baseline = new Contender('baseline', options, async (folder) =>
        runBaseline(folder, rules, floor.agents, onKafka((await here()).kafka)),
      );
      // The broker goes with the cluster, and so must who stands on it.
      const leaveAll = () => baseline.stop().then(leave);
      const ours = new Contender('ours', options, async () => (await here()).open(leaveAll));
      await race([baseline, ours], asked.rounds);
      return {
        ...reportRates([baseline, ours], asked),
        notes: [
          'Both on the broker that `npm run cluster` started. The baseline is the frozen program with its store exchanged for our ' +
            'log over Kafka, so it publishes and reads as well as we can; it is one process, and owes no second hop to anybody. Ours is ' +
            'one process of each service on the same cores, three hops from the door to the desk, without analysis and Redis. What ' +
            'the baseline leaves out is listed in tests/bench/baseline/README.md. While one is timed the other has nothing to do beside it.',
          'The load comes from this program over each side’s own door, in batches of what fell due in 5 ms, on the same cores.',
        ],
      };
    } finally {
      await scope.close(30_000);
    }
  },
});
