import { createKafkaTopics, openKafkaLog } from '@earshot/log/kafka';
import { type KafkaBroker, startKafkaBroker } from '@earshot/log/kafka-broker';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { kafkaSuite, passed } from './support.js';

const { title, skip } = await kafkaSuite('a cluster of three brokers', 'full');
const settings = {
  'offsets.topic.replication.factor': 3,
  'min.insync.replicas': 2,
  'replica.lag.time.max.ms': 3_000,
};

describe.skipIf(skip)(title, () => {
  const brokers: KafkaBroker[] = [];
  beforeAll(async () => {
    const first = await startKafkaBroker({ settings });
    brokers.push(first);
    for (const as of [2, 3]) brokers.push(await startKafkaBroker({ settings, joins: { broker: first, as } }));
  });
  afterAll(() => Promise.all(brokers.map((broker) => broker.stop())));

  test('leaders and coordinator are killed in turn: nothing is lost, and each partition keeps its order', async () => {
    const connection = { brokers: brokers.map(({ address }) => address), node: 'test' };
    const topics = { calls: { partitions: 6 } };
    await createKafkaTopics({ connection, topics, replicas: 3, minInSyncReplicas: 2 });
    const log = await openKafkaLog({ ...connection, topics });
    const handled = new Map<number, Set<string>>();
    const tailed = new Set<string>();
    const errors: unknown[] = [];
    try {
      await log.subscribe({
        group: 'g',
        topic: 'calls',
        onAssigned: async (assignment) => ({
          from: assignment.committed?.offset ?? assignment.first,
          handle: async (records) => {
            for (const { partition, value } of records) {
              const own = handled.get(partition) ?? new Set();
              handled.set(partition, own.add(Buffer.from(value).toString()));
            }
            await assignment.commit((records.at(-1)?.offset ?? 0) + 1, 'mark=0').catch(() => undefined);
          },
          close: async () => undefined,
        }),
        onError: (error) => errors.push(error),
      });
      await log.tail({
        topic: 'calls',
        from: { timestampMs: 0 },
        handle: async (records) => {
          for (const { value } of records) tailed.add(Buffer.from(value).toString());
        },
        onError: (error) => errors.push(error),
      });
      let writing = true;
      let written = 0;
      const pending: Promise<unknown>[] = [];
      const writer = (async () => {
        while (writing) {
          for (let n = 0; n < 12; n += 1, written += 1) {
            const value = Buffer.from(String(written));
            pending.push(log.append([{ topic: 'calls', key: 'k', partition: written % 6, value }]));
          }
          await passed(10);
        }
      })();
      for (const broker of [brokers[1], brokers[2]]) {
        await broker?.kill();
        const before = tailed.size;
        await vi.waitUntil(() => tailed.size > before + 600, { timeout: 60_000, interval: 20 });
        await broker?.start();
      }
      writing = false;
      await writer;
      await Promise.all(pending);
      const count = () => [...handled.values()].reduce((sum, own) => sum + own.size, 0);
      await vi.waitUntil(() => tailed.size === written && count() === written, { timeout: 60_000, interval: 20 });
      for (const [partition, values] of handled) {
        const expected = Array.from({ length: values.size }, (_, n) => String(n * 6 + partition));
        expect([...values]).toEqual(expected);
      }
      expect(errors).toEqual([]);
    } finally {
      await log.close();
    }
  }, 240_000);
});
