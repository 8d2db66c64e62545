import { join } from 'node:path';
import { createScope } from '@earshot/kit';
import { startKafkaBroker } from '@earshot/log/kafka-broker';
import { Chance } from '@earshot/testkit';
import { readTexts } from '../lib/corpus.js';
import { median, round } from '../lib/measure.js';
import { offer, quantile, sustain } from '../lib/offer.js';
import { definePart } from '../lib/part.js';
import { atLeast, atMost } from '../lib/report.js';
import { scopedFolder } from '../lib/scoped-folder.js';
import { spokenFact } from '../lib/spoken-facts.js';
import { openPublishers, type Publisher } from './publishers.js';

const RESTS_MS = 500;

interface Round {
  sustained: number;
  offered: number;
  p50Ms: number;
  p99Ms: number;
  failed: number;
}

/** One record a call, as a service has them: what is sustained, and how long an acknowledgement takes at a rate. */
export const publish = definePart({
  says: 'records through our log, against `producer.send` for each; 2 minutes',
  flags: {
    rounds: { default: 3, says: 'of both, in turns' },
    seconds: { default: 8, says: 'of each measurement' },
    rate: { default: 10_000, says: 'records/s at which acknowledgements are timed' },
    width: { default: 2_000, says: 'calls under way at once when as much as goes is wanted' },
    conversations: { default: 1_000, says: 'keys' },
    seed: { default: 1, says: 'of the texts' },
  },
  async run(asked, say) {
    const texts = readTexts(new Chance(asked.seed));
    const record = (n: number) => spokenFact(texts, asked.conversations, n);
    const scope = createScope();
    try {
      const dir = scopedFolder(scope, 'publish');
      const broker = await startKafkaBroker({ folder: join(dir, 'kafka') });
      scope.defer('Kafka', () => broker.stop());
      const { ours, theirs } = await openPublishers(scope, broker.address, 'bench.');
      const rounds = new Map<Publisher, Round[]>([
        [theirs, []],
        [ours, []],
      ]);
      for (const side of [theirs, ours]) await sustain((n) => side.publish(record(n)), asked.width, 2);
      for (let n = 0; n < asked.rounds; n++) {
        for (const side of n % 2 === 0 ? [theirs, ours] : [ours, theirs]) {
          const one = await measure(side, record, asked);
          rounds.get(side)?.push(one);
          say(`${side.name.padEnd(14)} ${JSON.stringify(one)}`);
        }
      }
      const of = (side: Publisher, what: keyof Round) => median((rounds.get(side) ?? []).map((one) => one[what]));
      const rows = [theirs, ours].map((side) => ({
        side: side.name,
        'sustained/s': round(of(side, 'sustained')),
        [`done/s of ${asked.rate}`]: round(of(side, 'offered')),
        'ack p50, ms': round(of(side, 'p50Ms')),
        'ack p99, ms': round(of(side, 'p99Ms')),
        failed: of(side, 'failed'),
      }));
      return {
        tables: [{ title: 'Records of one utterance each, one a call; medians of the rounds', rows }],
        targets: [
          atLeast('sustained, ours / producer.send', 4, of(ours, 'sustained') / of(theirs, 'sustained')),
          atMost(`ack p99 at ${asked.rate}/s, ours / producer.send`, 1 / 20, of(ours, 'p99Ms') / of(theirs, 'p99Ms')),
        ],
        notes: [
          'One Kafka on this machine for both, topics of the same settings, acks from all copies (there is one), no compression. ' +
            'producer.send is kafkajs as it comes. Who collects records into batches comes closer, at the price of waiting for others; that is ' +
            'not compared here.',
          `Waits begin when a record is due. A side that cannot carry the rate has a queue that grows for ${asked.seconds} s, and its p99 ` +
            'says so: it would be larger in a longer run.',
        ],
      };
    } finally {
      await scope.close();
    }
  },
});

async function measure(
  side: Publisher,
  record: (n: number) => { key: string; value: Buffer },
  asked: { seconds: number; rate: number; width: number },
): Promise<Round> {
  const work = (n: number) => side.publish(record(n));
  const sustained = await sustain(work, asked.width, asked.seconds);
  await new Promise((resolve) => setTimeout(resolve, RESTS_MS));
  const { done, failed, waitsMs, seconds } = await offer(work, asked.rate, asked.seconds);
  await new Promise((resolve) => setTimeout(resolve, RESTS_MS));
  const at = (share: number) => round(quantile(waitsMs, share));
  return { sustained: round(sustained), offered: round(done / seconds), p50Ms: at(0.5), p99Ms: at(0.99), failed };
}
