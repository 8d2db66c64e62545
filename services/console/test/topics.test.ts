import { newApiKey } from '@earshot/kit/access';
import type { Assignment, LogRecord } from '@earshot/log';
import { TOPICS } from '@earshot/wire';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { call, said } from './support/records.js';
import { ADMIN_TOKEN, openWorld, type World } from './support/world.js';

const DAY_MS = 24 * 3_600_000;
const KEY = newApiKey('tools');

let world: World;
/** How far the log's clock is ahead of the stamps on it. */
let aheadMs = 0;
beforeEach(async () => {
  aheadMs = 0;
  world = await openWorld({
    wrapLog: (log) => Object.assign(Object.create(log) as typeof log, { clock: () => log.clock() + aheadMs }),
    deps: {
      keptMs: { [TOPICS.alerts]: 7 * DAY_MS },
      apiKeys: () => [{ id: 'tools', tenant: 'bank', sha256: KEY.sha256, scopes: ['tools:read'] }],
    },
  });
});
afterEach(() => world.close());

async function ask(path: string, token = ADMIN_TOKEN) {
  const response = await fetch(world.console.url + path, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Record<string, Record<string, unknown>[]> };
}

/** Reads everything and commits, of each partition, what `committed` says. */
async function reader(group: string, topic: string, committed: (records: number) => number) {
  const read: LogRecord[] = [];
  const assignments: Assignment[] = [];
  const subscription = await world.log.subscribe({
    group,
    topic,
    onError: (error) => {
      throw error;
    },
    onAssigned: async (assignment) => {
      assignments.push(assignment);
      return { from: assignment.first, handle: async (records) => void read.push(...records), close: async () => {} };
    },
  });
  await subscription.caughtUp();
  for (const { partition, commit } of assignments) {
    const records = read.filter((record) => record.partition === partition).length;
    await commit(committed(records), '');
  }
  return subscription;
}

test('every topic of the log is listed with what it holds, how much and how long', async () => {
  await world.fact(...call('c1', ['a1']), said('c1', 0, '您好'));
  const { topics = [] } = (await ask('/v1/admin/topics')).body;
  expect(topics.map(({ topic }) => topic)).toEqual([
    TOPICS.conversations,
    TOPICS.cases,
    TOPICS.alerts,
    TOPICS.deadLetters,
    TOPICS.sessions,
    TOPICS.inbound,
  ]);
  expect(topics[0]).toMatchObject({ records: 3, key: 'tenant|conversation', compacted: false });
  expect(topics[0]?.['partitions']).toHaveLength(4);
  expect(topics[0]).not.toHaveProperty('keptMs');
  expect(topics[2]).toMatchObject({ records: 0, keptMs: 7 * DAY_MS });
});

test('lag counts what a group has not read, and tells the age of the oldest of it and the worst partition', async () => {
  await world.fact(...call('c1', ['a1', 'a2']), said('c1', 0, '您好'));
  const partition = world.log.partitionOf(TOPICS.conversations, 'bank|c1');
  await reader('done', TOPICS.conversations, (records) => records);
  await reader('slow', TOPICS.conversations, (records) => Math.min(records, 1));
  aheadMs = 90_000;
  const { groups = [] } = (await ask('/v1/admin/lag')).body;
  const of = (group: string) => groups.find((one) => one['group'] === group && one['topic'] === TOPICS.conversations);
  expect(of('done')).toMatchObject({ records: 0, ageMs: 0, missed: 0 });
  expect(of('done')).not.toHaveProperty('worst');
  expect(of('slow')).toMatchObject({ records: 3, worst: { partition, records: 3 }, missed: 0 });
  expect(Number(of('slow')?.['ageMs'])).toBeGreaterThanOrEqual(90_000);
  expect(Number(of('slow')?.['ageMs'])).toBeLessThan(150_000);
});

test('records that are gone before a group has read them are told, not hidden', async () => {
  await world.fact(...call('c1', ['a1', 'a2']), said('c1', 0, '您好'));
  const partition = world.log.partitionOf(TOPICS.conversations, 'bank|c1');
  await reader('slow', TOPICS.conversations, (records) => Math.min(records, 1));
  const log = world.log as typeof world.log & {
    truncate(topic: string, partition: number, before: number): Promise<void>;
  };
  await vi.waitFor(() => log.truncate(TOPICS.conversations, partition, 3));
  const { groups = [] } = (await ask('/v1/admin/lag')).body;
  expect(groups.find((one) => one['group'] === 'slow')).toMatchObject({ records: 1, missed: 2 });
});

test('both speak of all tenants, so a key of one tenant is refused', async () => {
  for (const path of ['/v1/admin/topics', '/v1/admin/lag']) {
    expect((await ask(path, KEY.key)).status).toBe(403);
    expect((await ask(path, 'x')).status).toBe(401);
  }
});
