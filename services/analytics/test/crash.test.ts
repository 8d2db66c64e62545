import { randomUUID } from 'node:crypto';
import type { Warehouse } from '@earshot/warehouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDay } from './conversation-fixture.js';
import { analyticsOn, landed, openHouse, until, watchCommits } from './house.js';

/** Crash points: before the intent, after it, after the inserts and before the offset moves. */
const POINTS = [0, 1, 3, 8];

describe('a crash between insert and commit', () => {
  let house: Awaited<ReturnType<typeof openHouse>>;
  let cleanFinal: Record<string, unknown[]>;
  let cleanRaw: Record<string, unknown[]>;

  beforeAll(async () => {
    house = await openHouse();
    await writeDay(house.log, 5);
    await runToEnd('clean', 'g-clean', (warehouse) => warehouse);
    cleanFinal = await house.dump('final', 'clean');
    cleanRaw = await house.dump('raw', 'clean');
  }, 60_000);
  afterAll(() => house.close());

  test.each(POINTS)(
    'at commit %i: the same rows under FINAL, and not one inserted twice',
    async (point) => {
      const name = `crash-${point}`;
      await crashAt(point, name, (warehouse) => warehouse);
      await runToEnd(name, name, (warehouse) => warehouse);
      expect(await house.dump('final', name)).toEqual(cleanFinal);
      expect(sizes(await house.dump('raw', name))).toEqual(sizes(cleanRaw));
    },
    60_000,
  );

  test('with other batch borders after it: still the same rows under FINAL', async () => {
    await crashAt(3, 'borders', (warehouse) => warehouse, { dropIntents: true, maxRecords: 7 });
    await runToEnd('borders', 'borders', (warehouse) => warehouse, { dropIntents: true, maxRecords: 11 });
    expect(await house.dump('final', 'borders')).toEqual(cleanFinal);
    expect(total(await house.dump('raw', 'borders'))).toBeGreaterThan(total(cleanRaw));
  }, 60_000);

  test('negative control: with random tokens rows are inserted twice', async () => {
    await crashAt(3, 'tokens', randomTokens);
    await runToEnd('tokens', 'tokens', randomTokens);
    expect(total(await house.dump('raw', 'tokens'))).toBeGreaterThan(total(cleanRaw));
    expect(await house.dump('final', 'tokens')).toEqual(cleanFinal);
  }, 60_000);

  test('negative control: with random tokens and ids they stay doubled under FINAL', async () => {
    await crashAt(3, 'ids', randomIds);
    await runToEnd('ids', 'ids', randomIds);
    expect(total(await house.dump('final', 'ids'))).toBeGreaterThan(total(cleanFinal));
  }, 60_000);

  test('negative control: an offset moved before the insert loses rows', async () => {
    await crashAt(12, 'early', failingInsert);
    await runToEnd('early', 'early', (warehouse) => warehouse);
    expect(total(await house.dump('final', 'early'))).toBeLessThan(total(cleanFinal));
  }, 60_000);

  type Wrap = (warehouse: Warehouse) => Warehouse;
  interface Odd {
    dropIntents?: boolean;
    maxRecords?: number;
  }

  /** Runs until its commit number `point` is asked for; nothing after that is committed. */
  async function crashAt(point: number, name: string, wrap: Wrap, odd: Odd = {}): Promise<void> {
    let commits = 0;
    const { log } = watchCommits(groupOf(house.log, name, odd), () => {
      if (commits++ >= point) throw new Error('crashed');
    });
    const analytics = analyticsOn(log, async () => wrap(await house.openUnmerged(name)), {
      settings: { retryMs: 60_000, maxRecords: odd.maxRecords ?? 10 },
    });
    analytics.start();
    await until(() => commits > point);
    await analytics.stop();
  }

  async function runToEnd(name: string, group: string, wrap: Wrap, odd: Odd = {}): Promise<void> {
    const { log, offsets } = watchCommits(groupOf(house.log, group, odd));
    const analytics = analyticsOn(log, async () => wrap(await house.openUnmerged(name)), {
      settings: { maxRecords: odd.maxRecords ?? 10 },
    });
    analytics.start();
    await landed(house.log, offsets);
    await analytics.stop();
  }
});

/** Every case has a group of its own on the one log. */
function groupOf(log: Awaited<ReturnType<typeof openHouse>>['log'], group: string, odd: { dropIntents?: boolean }) {
  return Object.create(log, {
    subscribe: {
      value: (options: Parameters<typeof log.subscribe>[0]) =>
        log.subscribe({
          ...options,
          group,
          onAssigned: (assignment) =>
            options.onAssigned({
              ...assignment,
              commit: (offset, metadata) => assignment.commit(offset, odd.dropIntents ? '' : metadata),
            }),
        }),
    },
  }) as typeof log;
}

function randomTokens(warehouse: Warehouse): Warehouse {
  return { ...warehouse, insert: (table, rows) => warehouse.insert(table, rows, { token: randomUUID() }) };
}

function randomIds(warehouse: Warehouse): Warehouse {
  const insert: Warehouse['insert'] = (table, rows) =>
    warehouse.insert(
      table,
      rows.map((row) => ({ ...row, conversation_id: randomUUID() })),
      { token: randomUUID() },
    );
  return { ...warehouse, insert };
}

/** As if the offset had moved first and the insert was cut off by the crash. */
function failingInsert(warehouse: Warehouse): Warehouse {
  return { ...warehouse, insert: async () => {} };
}

function sizes(dump: Record<string, unknown[]>): Record<string, number> {
  return Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.length]));
}

function total(dump: Record<string, unknown[]>): number {
  return Object.values(sizes(dump)).reduce((sum, size) => sum + size, 0);
}
