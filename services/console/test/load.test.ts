import type { AppendEntry, Log } from '@earshot/log';
import type { Person } from '@earshot/model';
import { decodeCaseFact, TOPICS } from '@earshot/wire';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ManualClock } from './support/manual-clock.js';
import { emptyMemory, Page, signIn } from './support/page.js';
import { bank } from './support/people.js';
import { alertOf, call, said } from './support/records.js';
import { until } from './support/until.js';
import { openWorld, type World } from './support/world.js';

// Real sockets and a real log on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
afterEach(() => world.close());

/** Signing in writes too, to a topic of its own. */
const ofCases = ({ topic }: AppendEntry) => topic === TOPICS.cases;

async function casesOf(log: Log, conversationId: string) {
  const partition = log.partitionOf(TOPICS.cases, `bank|${conversationId}`);
  return (await log.read(TOPICS.cases, partition, 0, 1_000)).map((record) => decodeCaseFact(record.value));
}

describe('what people do', () => {
  test('is answered only once it is durable', async () => {
    const held: (() => void)[] = [];
    const wrapLog = (log: Log): Log =>
      Object.assign(Object.create(log) as Log, {
        async append(entries: readonly AppendEntry[]) {
          if (!entries.some(ofCases)) return log.append(entries);
          await new Promise<void>((resolve) => held.push(resolve));
          return log.append(entries);
        },
      });
    world = await openWorld({ wrapLog });
    const wall = await Page.open(await signIn(world.console, 'la'), 'wall');
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 1 }) });
    await wall.find('alert');
    const answered = wall.act({ requestId: 'r1', conversationId: 'c1', alertId: 'x', action: { kind: 'claim' } });
    await until(() => held.length === 1);
    wall.say({ type: 'follow', conversationId: 'c1' });
    await wall.find('transcript');
    expect(wall.heard.filter((one) => one.type === 'act-result')).toEqual([]);
    expect(await casesOf(world.log, 'c1')).toEqual([]);
    held[0]?.();
    expect(await answered).toMatchObject({ accepted: true });
    const [claim] = await casesOf(world.log, 'c1');
    expect(claim).toMatchObject({
      tenant: 'bank',
      body: { kind: 'action', action: { alertId: 'x', by: 'la', controlEpoch: 7, action: { kind: 'claim' } } },
    });
  });

  test('is refused with the reason when the log is full', async () => {
    const wrapLog = (log: Log): Log =>
      Object.assign(Object.create(log) as Log, {
        append: (entries: readonly AppendEntry[]) =>
          entries.some(ofCases)
            ? Promise.reject(Object.assign(new Error('full'), { code: 'log-full' }))
            : log.append(entries),
      });
    world = await openWorld({ wrapLog });
    const wall = await Page.open(await signIn(world.console, 'la'), 'wall');
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 1 }) });
    await wall.find('alert');
    expect(
      await wall.act({ requestId: 'r', conversationId: 'c1', alertId: 'x', action: { kind: 'claim' } }),
    ).toMatchObject({ accepted: false });
  });

  test('is written once however often a page asks; being told is written once per person', async () => {
    world = await openWorld();
    const who = await signIn(world.console, 'a1');
    const tabs = [await Page.open(who, 'desk'), await Page.open(who, 'desk')];
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 1 }) });
    for (const [n, tab] of tabs.entries()) {
      await tab.find('alert');
      await tab.act({ requestId: `d${n}`, conversationId: 'c1', alertId: 'x', action: { kind: 'delivered' } });
      await tab.act({
        requestId: 'same',
        conversationId: 'c1',
        alertId: 'x',
        action: { kind: 'feedback', useful: true },
      });
    }
    await tabs[0]?.act({
      requestId: 'other',
      conversationId: 'c1',
      alertId: 'x',
      action: { kind: 'feedback', useful: false },
    });
    const kinds = (await casesOf(world.log, 'c1')).map(({ body }) => body.kind === 'action' && body.action.action.kind);
    expect(kinds).toEqual(['delivered', 'feedback', 'feedback']);
  });
});

describe('a page that takes nothing', () => {
  test('costs a bounded buffer, is let go after 10 s, holds up nobody, and misses nothing', {
    timeout: 30_000,
  }, async () => {
    const clock = new ManualClock();
    world = await openWorld({ clock });
    const who = await signIn(world.console, 'a1');
    const memory = emptyMemory();
    const stuck = await Page.open(who, 'desk', memory);
    const other = await Page.open(await signIn(world.console, 'b1'), 'desk');
    stuck.socket.pause();
    const big = '投'.repeat(20_000);
    await world.fact(...call('c1', ['a1']), ...call('c2', ['b1']));
    const buffered = async () => Number(/live_buffered_bytes (\d+)/.exec(await world.metrics.text())?.[1]);
    let most = 0;
    for (let n = 0; n < 400; n += 1) {
      await world.fact(said('c1', n % 50, big, { revision: n, final: false }));
      clock.advance(20);
      most = Math.max(most, await buffered());
    }
    // It is stuck indeed, and waits with no more than the cap and the one message that went over it.
    expect(most).toBeGreaterThan(256 * 1024);
    expect(most).toBeLessThan(2 * 256 * 1024);
    clock.advance(10_000);
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'mine', conversationId: 'c1', version: 1 }) });
    await world.alert({
      kind: 'alert',
      alert: alertOf({ id: 'theirs', conversationId: 'c2', version: 1, agents: ['b1'] }),
    });
    await other.find('alert');
    await until(async () =>
      (await world.metrics.text()).includes('earshot_console_live_closed_total{reason="lagging"} 1'),
    );
    stuck.socket.resume();
    await until(() => stuck.closed !== undefined);
    expect(memory.open.has('mine')).toBe(false);
    const again = await Page.open(who, 'desk', memory);
    expect([...again.memory.open.keys()]).toEqual(['mine']);
    await until(() => again.transcripts.get('c1')?.length === 50);
  });
});

describe('many desks', () => {
  test('500 desks each get their own alerts, and only those', { timeout: 60_000 }, async () => {
    const agents: Person[] = Array.from({ length: 500 }, (_, n) => ({
      staffNumber: `n${n}`,
      name: `${n}`,
      roles: ['agent'],
      unit: 'team-a',
    }));
    world = await openWorld({ settings: { signInsPerMinute: 1_000 } });
    world.publish({ ...bank, people: [...bank.people, ...agents] });
    const desks: Page[] = [];
    for (let n = 0; n < agents.length; n += 50) {
      const some = agents
        .slice(n, n + 50)
        .map(async ({ staffNumber }) => Page.open(await signIn(world.console, staffNumber), 'desk'));
      desks.push(...(await Promise.all(some)));
    }
    const raise = (n: number, version: number) =>
      world.alert({
        kind: 'alert',
        alert: alertOf({ id: `x${n}-${version}`, conversationId: `c${n}`, version, agents: [`n${n}`] }),
      });
    for (const version of [1, 2, 3]) await Promise.all(agents.map((_, n) => raise(n, version)));
    await until(() => desks.every((desk) => desk.memory.applied.length >= 3), 'all alerts', 20_000);
    const wrong = desks.filter(
      (desk, n) =>
        desk.memory.applied.map((alert) => alert.id).join() !== [1, 2, 3].map((version) => `x${n}-${version}`).join(),
    );
    expect(wrong.length).toBe(0);
  });
});

describe('a wall', () => {
  test('is told of changed rows at most four times a second, and only of those', async () => {
    const clock = new ManualClock();
    world = await openWorld({ clock });
    const wall = await Page.open(await signIn(world.console, 'fs'), 'wall');
    for (let n = 0; n < 30; n += 1) await world.fact(...call(`c${n}`, ['a1']));
    await until(() => {
      clock.advance(250);
      return wall.rows.size === 30;
    });
    const from = wall.heard.length;
    for (let step = 0; step < 40; step += 1) {
      await world.fact(said('c3', step, 'x'));
      clock.advance(100);
    }
    await until(() => {
      clock.advance(100);
      return wall.rows.get('c3')?.utterances === 40;
    });
    const rows = wall.heard.slice(from).filter((one) => one.type === 'conversations');
    expect(new Set(rows.flatMap((one) => one.rows.map((row) => row.conversationId)))).toEqual(new Set(['c3']));
    expect(rows.length).toBeLessThanOrEqual(4 * 6);
  });

  test('drops a conversation ten minutes after it has ended, and tells', async () => {
    const clock = new ManualClock();
    world = await openWorld({
      clock,
      settings: {
        keep: { afterEndMs: -1, idleMs: 60_000, alertsMs: 60_000, rows: 10, alerts: 10, transcriptUnits: 1_000 },
      },
    });
    const wall = await Page.open(await signIn(world.console, 'fs'), 'wall');
    await world.fact(...call('c1', ['a1']));
    await until(() => {
      clock.advance(250);
      return wall.rows.has('c1');
    });
    await world.fact({ ...(call('c1', [])[0] as ReturnType<typeof said>), eventId: 'end', body: { kind: 'ended' } });
    await until(() => {
      clock.advance(5_000);
      return !wall.rows.has('c1');
    });
    expect(wall.heard.some((one) => one.type === 'conversations' && one.removed.includes('c1'))).toBe(true);
  });
});
