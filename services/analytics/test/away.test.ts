import type { Log } from '@earshot/log';
import type { ClickhouseFront } from '@earshot/warehouse/testing';
import { TOPICS } from '@earshot/wire';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../src/index.js';
import { alert, said, started, writeDay, writer } from './conversation-fixture.js';
import { analyticsOn, landed, until, watchCommits, withoutMerges } from './house.js';
import { dumpOf, openOn, openServedHouse, placesInLog, placesInRows } from './served.js';
import { PARTITIONS } from './topics.js';

const HOUR_MS = 3_600_000;
/** What is waited for is over at once; only the hands move. */
class HurryingClock implements Clock {
  private atMs = 0;
  readonly pausesMs: number[] = [];
  nowMs(): number {
    return this.atMs;
  }
  async pause(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.atMs += Math.max(0, ms);
    this.pausesMs.push(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('analysis over a ClickHouse server', () => {
  let house: Awaited<ReturnType<typeof openServedHouse>>;
  let fronts: ClickhouseFront[];
  beforeEach(async () => {
    house = await openServedHouse();
    fronts = [];
  });
  afterEach(async () => {
    for (const front of fronts) await front.close();
    await house.close();
  });

  async function serve(name: string): Promise<ClickhouseFront> {
    await fronts.pop()?.close();
    const front = await house.serve(name);
    fronts.push(front);
    return front;
  }

  test('an hour without it costs no alert, and ends with the rows that an hour with it would have', async () => {
    const front = await serve('hour');
    const put = writer(house.log);
    await writeDay(house.log, 2);
    const { log, offsets } = watchCommits(house.log);
    const clock = new HurryingClock();
    const road = await alertRoad(house.log);

    let tries = 0;
    const openWarehouse = async () => {
      if (analytics.state() === 'off' && opened) await whileAway();
      opened = true;
      return openOn(front, { patience: { waitsMs: [] } });
    };
    /** Calls go on while nobody answers; after an hour the server is back. */
    const whileAway = async () => {
      await gone;
      if (clock.nowMs() - goneAtMs >= HOUR_MS) return front.back();
      tries += 1;
      await put.fact(started(`away-${tries}`));
      await put.fact(said(`away-${tries}`, 0, `words ${tries}`));
      await road.raise(`away-${tries}`, tries);
    };
    let opened = false;
    let go = () => {};
    const gone = new Promise<void>((resolve) => {
      go = resolve;
    });
    const settings = { retryMs: 3_000, mostRetryMs: 30_000 };
    const analytics = analyticsOn(log, openWarehouse, { clock, random: () => 0.5, settings });
    analytics.start();
    await landed(log, offsets);
    // In the middle of its work: the next batch is inserted, and the answer never comes.
    front.inject({ kind: 'lose-answer', of: 'insert', times: 1 });
    const goneAtMs = clock.nowMs();
    await put.fact(started('last'));
    await until(() => front.met['lose-answer'] === 1);
    await front.away();
    go();
    await until(() => clock.nowMs() - goneAtMs >= HOUR_MS, 30_000);
    await until(() => analytics.state() === 'on');
    await landed(log, offsets);
    await analytics.stop();

    // 3, 6, 12, 24 s, then every half minute, each less a quarter by chance: no storm, and soon there after it.
    expect(tries).toBeGreaterThan(100);
    expect(tries).toBeLessThan(200);
    expect(Math.max(...clock.pausesMs)).toBeLessThanOrEqual(30_000);
    expect(road.slowestMs()).toBeLessThan(1_000);
    expect(road.heard()).toBe(tries);
    await road.stop();

    const rows = await dumpOf(front, 'final');
    expect(placesInRows(rows)).toEqual(await placesInLog(house.log));
    expect(rows.alerts).toHaveLength(2 + tries);

    const calm = await serve('calm');
    const again = watchCommits(groupOf(house.log, 'calm'));
    const control = analyticsOn(again.log, () => openOn(calm));
    control.start();
    await landed(house.log, again.offsets);
    await control.stop();
    expect(await dumpOf(calm, 'final')).toEqual(rows);
  }, 60_000);

  test('answers that are lost again and again, between restarts, leave no row twice and none out', async () => {
    const front = await serve('lossy');
    await writeDay(house.log, 6);
    const { log, offsets } = watchCommits(house.log);
    const before = await openOn(front);
    await withoutMerges(before);
    await before.close();
    let opened = 0;
    const openWarehouse = async () => {
      // The engine goes down and comes up with what it has.
      if (opened > 0 && opened <= 8) await front.restart();
      if (opened <= 8) front.inject({ kind: 'lose-answer', of: 'insert', times: 1 });
      opened += 1;
      return openOn(front, { patience: { waitsMs: [] } });
    };
    const analytics = analyticsOn(log, openWarehouse, { settings: { maxRecords: 10 } });
    analytics.start();
    await landed(log, offsets);
    await analytics.stop();
    expect(front.met['lose-answer']).toBeGreaterThanOrEqual(8);
    expect(placesInRows(await dumpOf(front, 'final'))).toEqual(await placesInLog(house.log));
    const raw = Object.values(await dumpOf(front, 'raw')).map((rows) => rows.map((row) => JSON.stringify(row)));
    expect(raw.map((rows) => new Set(rows).size)).toEqual(raw.map((rows) => rows.length));
  }, 60_000);

  test('a server that takes requests and answers none holds up nobody else, nor the stop', async () => {
    const front = await serve('hanging');
    const road = await alertRoad(house.log);
    const analytics = analyticsOn(house.log, () => openOn(front, { closeGraceMs: 50 }), {
      settings: { giveUpAfterMs: 50 },
    });
    analytics.start();
    await until(() => analytics.state() === 'on');
    front.inject({ kind: 'hang', of: 'insert' });
    await writeDay(house.log, 2);
    await until(() => front.met.hang > 0);
    for (let i = 0; i < 20; i++) await road.raise(`road-${i}`, i);
    expect(road.heard()).toBeGreaterThanOrEqual(20);
    expect(road.slowestMs()).toBeLessThan(1_000);
    const beganMs = performance.now();
    await analytics.stop();
    expect(performance.now() - beganMs).toBeLessThan(3_000);
    expect(analytics.state()).toBe('off');
    await road.stop();
    // What was given up is not lost: the next start repeats it.
    front.heal();
    const { log, offsets } = watchCommits(house.log);
    const next = analyticsOn(log, () => openOn(front));
    next.start();
    await landed(log, offsets);
    await next.stop();
    expect(placesInRows(await dumpOf(front, 'final'))).toEqual(await placesInLog(house.log));
  }, 30_000);

  test('a wrong password is said once, by its code, and analysis begins as soon as the right one is there', async () => {
    const front = await serve('password');
    await writeDay(house.log, 1);
    const { log, offsets } = watchCommits(house.log);
    let right = false;
    let tries = 0;
    const analytics = analyticsOn(log, () => {
      tries += 1;
      return openOn(front, right ? {} : { password: { reveal: () => 'wrong' } });
    });
    analytics.start();
    await until(() => tries >= 3);
    expect(analytics.state()).toBe('off');
    right = true;
    await landed(log, offsets);
    await analytics.stop();
    expect(placesInRows(await dumpOf(front, 'final'))).toEqual(await placesInLog(house.log));
  }, 30_000);
});

/** Somebody who waits for alerts, beside analysis, on the same log. */
async function alertRoad(log: Log) {
  const put = writer(log);
  const heardAt = new Map<string, number>();
  const tookMs: number[] = [];
  const next: number[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++)
    next.push((await log.bounds(TOPICS.alerts, partition)).next);
  const subscription = await log.tail({
    topic: TOPICS.alerts,
    from: { offsets: Object.fromEntries(next.entries()) },
    handle: async (records) => {
      for (const { key } of records) heardAt.set(key, performance.now());
    },
    onError: (error) => {
      throw error;
    },
  });
  return {
    heard: () => heardAt.size,
    slowestMs: () => Math.max(...tookMs),
    /** Resolves once it has been heard. */
    async raise(conversationId: string, offset: number): Promise<void> {
      const beganMs = performance.now();
      const before = heardAt.size;
      await put.alert(alert(conversationId, 'r1', offset));
      await until(() => heardAt.size > before);
      tookMs.push(performance.now() - beganMs);
    },
    stop: () => subscription.stop(),
  };
}

/** Another reader of the whole log. */
function groupOf(log: Log, group: string): Log {
  return Object.create(log, {
    subscribe: { value: (options: Parameters<Log['subscribe']>[0]) => log.subscribe({ ...options, group }) },
  }) as Log;
}
