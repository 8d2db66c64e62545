import { createKafkaTopics, openKafkaLog } from '@earshot/log/kafka';
import { type KafkaBroker, startKafkaBroker } from '@earshot/log/kafka-broker';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { kafkaSuite } from './support.js';

const { title, skip } = await kafkaSuite('a broker that dies and comes back', 'full');
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 50_000, interval: 10 });

describe.skipIf(skip)(title, () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafkaBroker();
  });
  afterAll(() => broker?.stop());

  test('appends wait for it, groups and tails go on, nothing is lost and each partition keeps its order', async () => {
    const connection = { brokers: [broker.address], node: 'test' };
    const topics = { calls: { partitions: 3 } };
    await createKafkaTopics({ connection, topics, replicas: 1, minInSyncReplicas: 1 });
    const log = await openKafkaLog({ ...connection, topics });
    try {
      const handled = new Map<number, string[]>();
      const tailed = new Set<string>();
      const errors: unknown[] = [];
      const group = await log.subscribe({
        group: 'g',
        topic: 'calls',
        onAssigned: async (assignment) => ({
          from: assignment.committed?.offset ?? assignment.first,
          handle: async (records) => {
            for (const { partition, value } of records) {
              handled.set(partition, [...(handled.get(partition) ?? []), Buffer.from(value).toString()]);
            }
            await assignment.commit((records.at(-1)?.offset ?? 0) + 1, 'mark=0').catch(() => undefined);
          },
          close: async () => undefined,
        }),
        onError: (error) => errors.push(error),
      });
      const tail = await log.tail({
        topic: 'calls',
        from: { timestampMs: 0 },
        handle: async (records) => {
          for (const { value } of records) tailed.add(Buffer.from(value).toString());
        },
        onError: (error) => errors.push(error),
      });
      const appended: Promise<number[]>[] = [];
      const write = (from: number, to: number) => {
        for (let n = from; n < to; n += 1) {
          appended.push(log.append([{ topic: 'calls', key: 'k', partition: n % 3, value: Buffer.from(String(n)) }]));
        }
      };
      write(0, 300);
      await Promise.all(appended);
      await broker.kill();
      write(300, 600);
      await broker.start();
      write(600, 900);
      await Promise.all(appended);
      await until(
        () => tailed.size === 900 && [...handled.values()].reduce((n, own) => n + new Set(own).size, 0) === 900,
      );
      for (const [partition, values] of handled) {
        expect([...new Set(values)]).toEqual(Array.from({ length: 300 }, (_, n) => String(n * 3 + partition)));
      }
      await group.caughtUp();
      await tail.caughtUp();
      expect(errors).toEqual([]);
    } finally {
      await log.close();
    }
  }, 120_000);

  test('what was acknowledged is there after kill -9 of the broker', async () => {
    const connection = { brokers: [broker.address], node: 'test' };
    const topics = { kept: { partitions: 1 } };
    await createKafkaTopics({ connection, topics, replicas: 1, minInSyncReplicas: 1 });
    const log = await openKafkaLog({ ...connection, topics });
    try {
      const values = Array.from({ length: 500 }, (_, n) => String(n));
      await Promise.all(values.map((value) => log.append([{ topic: 'kept', key: 'k', value: Buffer.from(value) }])));
      await broker.kill();
      await broker.start();
      const records = await log.read('kept', 0, 0, 1_000);
      expect([...new Set(records.map(({ value }) => Buffer.from(value).toString()))]).toEqual(values);
    } finally {
      await log.close();
    }
  }, 120_000);

  test('closing while it is away comes to an end and says what is not durable', async () => {
    const connection = { brokers: [broker.address], node: 'test' };
    const topics = { left: { partitions: 2 } };
    await createKafkaTopics({ connection, topics, replicas: 1, minInSyncReplicas: 1 });
    const log = await openKafkaLog({ ...connection, topics, closeWithinMs: 1_000 });
    await log.subscribe({
      group: 'g',
      topic: 'left',
      onAssigned: async ({ first }) => ({ from: first, handle: async () => undefined, close: async () => undefined }),
      onError: () => undefined,
    });
    await broker.kill();
    const lost = log.append([{ topic: 'left', key: 'k', value: Buffer.from('x') }]);
    const outcome = expect(lost).rejects.toMatchObject({ code: 'log-closed' });
    const startedMs = performance.now();
    await log.close();
    await outcome;
    expect(performance.now() - startedMs).toBeLessThan(25_000);
  }, 60_000);
});
