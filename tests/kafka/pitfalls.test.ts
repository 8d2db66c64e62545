import type { Assignment } from '@earshot/log';
import { checkKafkaTopics, createKafkaTopics, openKafkaLog } from '@earshot/log/kafka';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  bareKafka,
  closing,
  freshNamespace,
  freshTopics,
  kafkaSuite,
  sharedBroker,
  useSharedBroker,
} from './support.js';

const { title, skip } = await kafkaSuite('what the adapter keeps away', 'test:all');
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 20_000, interval: 5 });

describe.skipIf(skip)(title, () => {
  beforeAll(useSharedBroker);
  const logs = closing();
  afterEach(() => logs.closeAll());

  test('a TypeError of a handler ends a bare consumer for good; here it stops its partition and is reported', async () => {
    const options = await freshTopics({ calls: { partitions: 2 } });
    const log = logs.add(await openKafkaLog(options));
    const put = (partition: number, value: string) =>
      log.append([{ topic: 'calls', key: 'k', partition, value: Buffer.from(value) }]);
    await put(0, 'bad');

    const bare = bareKafka().consumer({ groupId: `${options.namespace}bare`, maxWaitTimeInMs: 100 });
    const bareSaw: string[] = [];
    const crashes: boolean[] = [];
    bare.on(bare.events.CRASH, ({ payload }) => crashes.push(payload.restart));
    try {
      await bare.connect();
      await bare.subscribe({ topics: [`${options.namespace}calls`], fromBeginning: true });
      await bare.run({
        eachMessage: async ({ message }) => {
          bareSaw.push(String(message.value));
          if (String(message.value) === 'bad') throw new TypeError('truncated');
        },
      });
      // A crash while it joins a group for the first time is one that it comes back from.
      await until(() => crashes.includes(false));

      const saw: string[] = [];
      const errors: unknown[] = [];
      await log.subscribe({
        group: 'g',
        topic: 'calls',
        onAssigned: async ({ first }) => ({
          from: first,
          handle: async (records) => {
            const values = records.map(({ value }) => Buffer.from(value).toString());
            if (values.includes('bad')) throw new TypeError('truncated');
            saw.push(...values);
          },
          close: async () => undefined,
        }),
        onError: (error, partition) => errors.push({ error, partition }),
      });
      await put(1, 'good');
      await until(() => saw.includes('good'));
      expect(errors).toEqual([{ error: expect.any(TypeError), partition: 0 }]);
      expect(bareSaw).toEqual(['bad']);
      expect(crashes.at(-1)).toBe(false);
    } finally {
      await bare.disconnect();
    }
  });

  test('an offset that is gone makes a bare consumer erase the mark beside its offset; here the handler is told', async () => {
    const options = await freshTopics({ calls: { partitions: 1 } });
    const name = `${options.namespace}calls`;
    const bareGroup = `${options.namespace}bare.calls`;
    const log = logs.add(await openKafkaLog(options));
    const admin = bareKafka().admin();
    await admin.connect();
    try {
      for (let n = 0; n < 10; n += 1) await log.append([{ topic: 'calls', key: 'k', value: Buffer.from(String(n)) }]);
      const kept = await log.subscribe(quietReader((assignment) => assignment.commit(2, 'mark=1')));
      await kept.stop();
      // Not by kafkajs, which takes five seconds to set an offset.
      const forBare = await log.subscribe({
        ...quietReader((assignment) => assignment.commit(2, 'mark=1')),
        group: 'bare',
      });
      await forBare.stop();
      // Without it the client does not know who leads the topic.
      await admin.fetchTopicOffsets(name);
      await admin.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: '5' }] });
      const stored = async (groupId: string) =>
        (await admin.fetchOffsets({ groupId, topics: [name] }))[0]?.partitions[0];

      const bare = bareKafka().consumer({ groupId: bareGroup, maxWaitTimeInMs: 100 });
      const bareSaw: string[] = [];
      try {
        await bare.connect();
        await bare.subscribe({ topics: [name], fromBeginning: true });
        await bare.run({
          autoCommit: false,
          eachMessage: async ({ message }) => {
            bareSaw.push(String(message.value));
          },
        });
        await until(() => bareSaw.length > 0);
      } finally {
        await bare.disconnect();
      }
      expect(bareSaw[0]).toBe('5');
      expect((await stored(bareGroup))?.metadata).not.toBe('mark=1');

      const errors: unknown[] = [];
      const told: unknown[] = [];
      await log.subscribe({
        ...quietReader(async ({ committed, first, next }) => {
          told.push({ committed, first, next });
        }),
        onError: (error) => errors.push(error),
      });
      await until(() => errors.length > 0);
      expect(told).toEqual([{ committed: { offset: 2, metadata: 'mark=1' }, first: 5, next: 10 }]);
      expect(errors).toEqual([expect.objectContaining({ code: 'offset-out-of-range' })]);
      expect(await stored(`${options.namespace}g.calls`)).toMatchObject({ offset: '2', metadata: 'mark=1' });
    } finally {
      await admin.disconnect();
    }
  });

  test('a tail leaves no group behind', async () => {
    const options = await freshTopics({ calls: { partitions: 2 } });
    const log = logs.add(await openKafkaLog(options));
    const admin = bareKafka().admin();
    await admin.connect();
    try {
      const before = (await admin.listGroups()).groups.length;
      const tail = await log.tail({
        topic: 'calls',
        from: { timestampMs: 0 },
        handle: async () => {},
        onError: () => {},
      });
      await tail.caughtUp();
      await log.read('calls', 0, 0, 10);
      expect((await admin.listGroups()).groups).toHaveLength(before);
      await tail.stop();
    } finally {
      await admin.disconnect();
    }
  });

  test('topics are created with the settings that the promises need, and a check names each difference', async () => {
    const connection = { brokers: [sharedBroker()], node: 'test' };
    const topics = {
      calls: { partitions: 3, retentionMs: 86_400_000 },
      control: { partitions: 1, compacted: true },
    };
    const namespace = freshNamespace();
    const wanted = { connection, topics, namespace, replicas: 1, minInSyncReplicas: 1 };
    expect(await createKafkaTopics(wanted)).toEqual(['calls', 'control']);
    expect(await createKafkaTopics(wanted)).toEqual([]);
    expect(await checkKafkaTopics(wanted)).toEqual([]);

    const admin = bareKafka().admin();
    await admin.connect();
    try {
      await admin.createTopics({ topics: [{ topic: `${namespace}bare`, numPartitions: 2 }], waitForLeaders: true });
      const bare = { bare: { partitions: 3, retentionMs: 864_000_000 } };
      const faults = await checkKafkaTopics({ ...wanted, topics: { ...topics, ...bare, absent: { partitions: 1 } } });
      expect(faults.filter(({ topic }) => topic === 'absent')).toHaveLength(1);
      const settings = faults.filter(({ topic }) => topic === 'bare').map(({ setting }) => setting);
      expect(settings).toEqual(['partitions', 'message.timestamp.type', 'retention.ms', 'max.message.bytes']);
    } finally {
      await admin.disconnect();
    }
    const other = openKafkaLog({ ...connection, topics: { calls: { partitions: 4 } }, namespace });
    await expect(other).rejects.toMatchObject({ code: 'partition-count-changed' });
    const absent = openKafkaLog({ ...connection, topics: { absent: { partitions: 4 } }, namespace });
    await expect(absent).rejects.toMatchObject({ code: 'topic-missing' });
  });
});

function quietReader(onAssigned: (assignment: Assignment) => Promise<void>) {
  return {
    group: 'g',
    topic: 'calls',
    onAssigned: async (assignment: Assignment) => {
      await onAssigned(assignment);
      return {
        from: assignment.committed?.offset ?? assignment.first,
        handle: async () => undefined,
        close: async () => undefined,
      };
    },
    onError: () => undefined,
  };
}
