import type { Cluster } from 'kafkajs';
import { afterEach, expect, test, vi } from 'vitest';
import { offsetOutOfRange } from '../log-errors.js';
import type { ClusterLink } from './connection.js';
import { Fetcher } from './fetcher.js';
import { RecordBuffer } from './record-buffer.js';

type Answer = (nodeId: string, wanted: Map<number, number>) => Promise<Map<number, string[]>>;

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 4_000, interval: 2 });
const never = new Promise<never>(() => undefined);
const fetchers: Fetcher[] = [];
afterEach(() => Promise.all(fetchers.splice(0).map((fetcher) => fetcher.close())));

/** A cluster in which partition n is led by broker n; `links` answers for each connection that is made. */
function setUp(links: readonly Answer[]) {
  let opened = 0;
  let lookedUp = 0;
  const troubles: string[] = [];
  const link = (answer: Answer): ClusterLink => {
    const cluster = {
      addTargetTopic: async () => undefined,
      refreshMetadata: async () => {
        lookedUp += 1;
      },
      findLeaderForPartitions: (_topic: string, partitions: number[]) =>
        Object.fromEntries(partitions.map((partition) => [String(partition), [partition]])),
      findBroker: async ({ nodeId }: { nodeId: string }) => ({
        fetch: async ({ topics }: { topics: { partitions: { partition: number; fetchOffset: string }[] }[] }) => {
          const wanted = new Map(topics[0]?.partitions.map((each) => [each.partition, Number(each.fetchOffset)]));
          const values = await answer(nodeId, wanted);
          const partitions = [...values].map(([partition, own]) => ({
            partition,
            messages: own.map((value, n) => ({
              offset: String((wanted.get(partition) ?? 0) + n),
              timestamp: '1000',
              key: Buffer.from('k'),
              value: Buffer.from(value),
            })),
          }));
          return { responses: [{ topicName: 'name', partitions }] };
        },
      }),
    } as unknown as Cluster;
    return { cluster, close: async () => undefined };
  };
  const fetcher = new Fetcher({
    topic: 'calls',
    name: 'name',
    open: async () => {
      const answer = links[Math.min(opened, links.length - 1)];
      opened += 1;
      if (!answer) throw new Error('no link');
      return link(answer);
    },
    outOfRange: async (partition, offset) => offsetOutOfRange({ topic: 'calls', partition, offset, first: 9, next: 9 }),
    onFetched: () => undefined,
    onTrouble: (code) => troubles.push(code),
    stalledAfterMs: 80,
  });
  fetchers.push(fetcher);
  const buffer = (partition: number) => {
    const made = new RecordBuffer(partition, 0, () => undefined, fetcher.wake);
    fetcher.add(made);
    return made;
  };
  return { buffer, troubles, counts: () => ({ opened, lookedUp }) };
}

/** Hands out `values` to whoever asks from offset 0, and nothing further. */
const once =
  (values: string[]): Answer =>
  async (_nodeId, wanted) => {
    const [[partition, offset] = [0, 0]] = wanted;
    return offset === 0 ? new Map([[partition, values]]) : never;
  };

function handedOut(buffer: RecordBuffer): string[] {
  return buffer.shift()?.records.map(({ value }) => Buffer.from(value).toString()) ?? [];
}

test('what never answers is not waited for: the connections are made anew', async () => {
  const { buffer, troubles, counts } = setUp([() => never, once(['a', 'b'])]);
  const own = buffer(0);
  await until(() => own.wanted() === 2);
  expect(handedOut(own)).toEqual(['a', 'b']);
  expect(counts().opened).toBeGreaterThan(1);
  expect(troubles).toContain('fetch-failed');
});

test('a broker that does not answer holds back no partition of another', async () => {
  const { buffer } = setUp([(nodeId, wanted) => (nodeId === '0' ? never : once(['x'])(nodeId, wanted))]);
  const silent = buffer(0);
  const other = buffer(1);
  await until(() => other.wanted() === 1);
  expect(handedOut(other)).toEqual(['x']);
  expect(silent.wanted()).toBe(0);
});

test('an offset that the log does not hold is told instead of skipped, and other partitions go on', async () => {
  const gone = Object.assign(new Error('gone'), { name: 'KafkaJSOffsetOutOfRange', type: 'OFFSET_OUT_OF_RANGE' });
  const { buffer } = setUp([
    async (nodeId, wanted) => {
      if (nodeId === '0') throw Object.assign(gone, { partition: 0 });
      return once(['x'])(nodeId, wanted);
    },
  ]);
  const lost = buffer(0);
  const other = buffer(1);
  await until(() => lost.failure !== undefined && other.wanted() === 1);
  expect(lost.failure).toMatchObject({ code: 'offset-out-of-range' });
  expect(lost.wanted()).toBeUndefined();
});

test('a leader that moved is looked up again, and nothing is skipped', async () => {
  let moved = true;
  const { buffer, counts } = setUp([
    async (nodeId, wanted) => {
      if (moved) {
        moved = false;
        throw Object.assign(new Error('moved'), { type: 'NOT_LEADER_FOR_PARTITION' });
      }
      return once(['a'])(nodeId, wanted);
    },
  ]);
  const own = buffer(0);
  await until(() => own.wanted() === 1);
  expect(handedOut(own)).toEqual(['a']);
  expect(counts()).toMatchObject({ lookedUp: 1 });
});

const notAllowed: Answer = async () => {
  throw Object.assign(new Error('Not authorized'), { type: 'TOPIC_AUTHORIZATION_FAILED' });
};

test('a right that was never there fails what was asked for, and says which; one taken away meanwhile is waited for', async () => {
  const never = setUp([notAllowed]).buffer(0);
  await until(() => never.failure !== undefined);
  expect(never.failure).toMatchObject({ code: 'kafka-forbidden', detail: { right: 'Read', topic: 'name' } });

  let answers = 0;
  const { buffer, counts } = setUp([
    (nodeId, wanted) => {
      answers += 1;
      return answers === 2 ? notAllowed(nodeId, wanted) : Promise.resolve(new Map([[0, [`at ${wanted.get(0)}`]]]));
    },
  ]);
  const own = buffer(0);
  await until(() => (own.wanted() ?? 0) >= 2);
  expect(handedOut(own)).toEqual(['at 0']);
  expect(handedOut(own)).toEqual(['at 1']);
  await until(() => counts().opened === 2);
  expect(own.failure).toBeUndefined();
});
