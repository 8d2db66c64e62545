import { Kafka, logLevel } from 'kafkajs';
import { createKafkaTopics, openKafkaLog } from '../src/kafka/index.js';
import { startKafkaBroker } from '../src/kafka-server/broker.js';

/*
 * Appends over a real Kafka on this machine, ours against `producer.send` for each event: acknowledgement p50 and p99 at
 * rates that are offered, and the most that is sustained; then append → handler of a group. 300 byte values over 16
 * partitions. Run: npx esbuild packages/log/scripts/measure-kafka.ts --bundle --platform=node --format=esm
 * --conditions=source --external:kafkajs --outfile=packages/log/node_modules/measure.mjs && node packages/log/node_modules/measure.mjs
 */
const RUN_MS = 4_000;
const value = Buffer.alloc(300, 7);

const broker = await startKafkaBroker();
const connection = { brokers: [broker.address], node: 'measure' };
const topics = { calls: { partitions: 16 } };
await createKafkaTopics({ connection, topics, replicas: 1, minInSyncReplicas: 1 });
const log = await openKafkaLog({ ...connection, topics, maxPendingBytes: 1 << 30 });
const producer = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING }).producer({
  createPartitioner: () => (args) => args.message.partition ?? 0,
});
await producer.connect();

type Append = (n: number) => Promise<unknown>;
const ours: Append = (n) => log.append([{ topic: 'calls', key: `conversation-${n % 1000}`, value }]);
const naive: Append = (n) => {
  const key = `conversation-${n % 1000}`;
  return producer.send({ topic: 'calls', messages: [{ key, value, partition: log.partitionOf('calls', key) }] });
};

function percentiles(all: number[]) {
  all.sort((a, b) => a - b);
  const at = (share: number) => Number((all[Math.floor(all.length * share)] ?? Number.NaN).toFixed(2));
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function offered(append: Append, perSecond: number) {
  const waits: number[] = [];
  const pending: Promise<void>[] = [];
  const startMs = performance.now();
  let sent = 0;
  while (performance.now() - startMs < RUN_MS) {
    const due = ((performance.now() - startMs) * perSecond) / 1000;
    for (; sent < due; sent += 1) {
      const atMs = performance.now();
      pending.push(append(sent).then(() => void waits.push(performance.now() - atMs)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  const perSecondDone = Math.round((sent / (performance.now() - startMs)) * 1000);
  return { offered: perSecond, done: perSecondDone, ...percentiles(waits) };
}

async function sustained(append: Append, width: number): Promise<number> {
  const startMs = performance.now();
  let done = 0;
  const worker = async () => {
    while (performance.now() - startMs < RUN_MS) {
      await append(done);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return Math.round((done / (performance.now() - startMs)) * 1000);
}

async function toHandler(times: number) {
  const waits: number[] = [];
  let arrived: (() => void) | undefined;
  const subscription = await log.subscribe({
    group: 'measure',
    topic: 'calls',
    onAssigned: async ({ next }) => ({ from: next, handle: async () => arrived?.(), close: async () => undefined }),
    onError: (error) => console.error(error),
  });
  for (let n = 0; n < times; n += 1) {
    const atMs = performance.now();
    const seen = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await Promise.all([ours(n), seen]);
    waits.push(performance.now() - atMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await subscription.stop();
  return percentiles(waits);
}

try {
  for (const rate of [100, 2_000, 10_000]) {
    console.log('naive', await offered(naive, rate));
    console.log('ours ', await offered(ours, rate));
  }
  console.log('sustained, 2,000 at once', { naive: await sustained(naive, 2_000), ours: await sustained(ours, 2_000) });
  console.log('append to handler', await toHandler(400));
} finally {
  await log.close();
  await producer.disconnect();
  await broker.stop();
}
