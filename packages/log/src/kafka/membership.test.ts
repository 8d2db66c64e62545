import type { Broker, Cluster, Kafka } from 'kafkajs';
import { afterEach, expect, test, vi } from 'vitest';
import { GroupCoordinator } from './coordinator.js';
import { Membership } from './membership.js';

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 4_000, interval: 2 });
const members: Membership[] = [];
afterEach(() => Promise.all(members.splice(0).map((member) => member.stop())));

type Listener = (event: { payload: Record<string, unknown> }) => void;

/** kafkajs as far as a membership sees it; joins when it is told to. */
function fakeKafka() {
  const consumers: { emit(event: string, payload: Record<string, unknown>): void; paused: unknown[]; left: boolean }[] =
    [];
  const client = () =>
    ({
      consumer: () => {
        const listeners = new Map<string, Listener>();
        const consumer = {
          paused: [] as unknown[],
          left: false,
          emit: (event: string, payload: Record<string, unknown>) => listeners.get(event)?.({ payload }),
        };
        consumers.push(consumer);
        return {
          events: { GROUP_JOIN: 'join', CRASH: 'crash' },
          on: (event: string, listener: Listener) => listeners.set(event, listener),
          connect: async () => undefined,
          subscribe: async () => undefined,
          run: async () => undefined,
          pause: (what: unknown) => consumer.paused.push(what),
          disconnect: async () => {
            consumer.left = true;
          },
        };
      },
    }) as unknown as Kafka;
  return { client, consumers };
}

function setUp(stuckMs = 60_000) {
  const kafka = fakeKafka();
  const out: unknown[] = [];
  const troubles: string[] = [];
  const member = new Membership({
    client: kafka.client,
    groupId: 'g',
    name: 'calls',
    node: 'a',
    times: { heartbeatMs: 10, stuckMs },
    onJoined: () => undefined,
    onOut: (error) => out.push(error),
    onTrouble: (code) => troubles.push(code),
  });
  members.push(member);
  return { member, out, troubles, consumers: kafka.consumers };
}

test('a crash that kafkajs will not recover from is told; one that it will is only a loss of the partitions', async () => {
  const { member, out, troubles, consumers } = setUp();
  await member.start();
  consumers[0]?.emit('crash', { error: new Error('broken pipe'), restart: true });
  const fatal = new TypeError('no');
  consumers[0]?.emit('crash', { error: fatal, restart: false });
  expect(out).toEqual([undefined, fatal]);
  expect(troubles).toEqual(['member-crashed', 'member-crashed']);
});

test('a member that hangs without a confirmed heartbeat is replaced', async () => {
  const { member, out, troubles, consumers } = setUp(50);
  await member.start();
  await until(() => consumers.length > 1);
  expect(consumers[0]?.left).toBe(true);
  expect(troubles).toContain('member-stuck');
  expect(out[0]).toBeUndefined();
  consumers[0]?.emit('crash', { error: new Error('late'), restart: false });
  expect(out.filter((error) => error !== undefined)).toEqual([]);
});

test('whatever is assigned is paused before kafkajs can fetch it', async () => {
  const { member, consumers } = setUp();
  await member.start();
  consumers[0]?.emit('join', { memberAssignment: { calls: [0, 1] } });
  expect(consumers[0]?.paused).toEqual([[{ topic: 'calls' }]]);
});

/** A coordinator whose answers come when they are released. */
function fakeCoordinator() {
  const commits: unknown[] = [];
  let release: () => void = () => undefined;
  const broker = {
    isConnected: () => true,
    joinGroup: async () => ({ generationId: 7, memberId: 'm' }),
    syncGroup: async () => ({}),
    heartbeat: () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
    offsetCommit: async (request: unknown) => {
      commits.push(request);
    },
  };
  const cluster = { findGroupCoordinator: async () => broker as unknown as Broker } as unknown as Cluster;
  return { cluster, commits, release: () => release() };
}

test('membership counts as confirmed from the moment a heartbeat was sent, not from its answer', async () => {
  const { cluster, release } = fakeCoordinator();
  const coordinator = new GroupCoordinator('g');
  coordinator.watch(cluster);
  await cluster.findGroupCoordinator({ groupId: 'g' });
  const answered = coordinator.heartbeat({ id: 7, memberId: 'm' });
  await new Promise((resolve) => setImmediate(resolve));
  const afterSendingMs = performance.now();
  expect(coordinator.confirmedMs).toBe(Number.NEGATIVE_INFINITY);
  await vi.waitUntil(() => performance.now() > afterSendingMs + 5);
  release();
  await answered;
  expect(coordinator.confirmedMs).toBeLessThanOrEqual(afterSendingMs);
});

test('joining a new generation confirms nothing for what the old one held', async () => {
  const { cluster } = fakeCoordinator();
  const coordinator = new GroupCoordinator('g');
  coordinator.watch(cluster);
  const watched = (await cluster.findGroupCoordinator({ groupId: 'g' })) as Broker & {
    syncGroup(request: unknown): Promise<unknown>;
  };
  await watched.syncGroup({});
  expect(coordinator.confirmedMs).toBe(Number.NEGATIVE_INFINITY);
  coordinator.inForce();
  expect(performance.now() - coordinator.confirmedMs).toBeLessThan(1_000);
});

test('a commit goes out under the generation of its caller, whatever was joined since', async () => {
  const { cluster, commits } = fakeCoordinator();
  const coordinator = new GroupCoordinator('g');
  coordinator.watch(cluster);
  const watched = (await cluster.findGroupCoordinator({ groupId: 'g' })) as Broker & {
    joinGroup(request: unknown): Promise<unknown>;
  };
  await watched.joinGroup({});
  expect(coordinator.joined).toEqual({ id: 7, memberId: 'm' });
  await coordinator.commit({ id: 6, memberId: 'm' }, 'calls', 2, 41, 'mark=40');
  expect(commits).toEqual([
    {
      groupId: 'g',
      groupGenerationId: 6,
      memberId: 'm',
      topics: [{ topic: 'calls', partitions: [{ partition: 2, offset: '41', metadata: 'mark=40' }] }],
    },
  ]);
});

test('another kafkajs is refused instead of half understood', async () => {
  const broker = { isConnected: () => true } as unknown as Broker;
  const cluster = { findGroupCoordinator: async () => broker } as unknown as Cluster;
  new GroupCoordinator('g').watch(cluster);
  await expect(cluster.findGroupCoordinator({ groupId: 'g' })).rejects.toThrow('2.2.4');
});
