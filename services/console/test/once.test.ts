import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { faultsOf, random } from './support/once.js';
import { emptyMemory, Page, signIn } from './support/page.js';
import { alertOf } from './support/records.js';
import { until } from './support/until.js';
import { openWorld, type World } from './support/world.js';

// Real sockets and a real log on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;

beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

describe('each alert once, in order, across reconnects and tabs', () => {
  test.each([1, 2, 3])(
    'cut connections at random times lose, double and reorder nothing (seed %i)',
    { timeout: 30_000 },
    async (seed) => {
      const roll = random(seed);
      const who = await signIn(world.console, 'a1');
      const tabs = [emptyMemory(), emptyMemory()];
      const pages = await Promise.all(tabs.map((memory) => Page.open(who, 'desk', memory)));
      const truth = new Map<string, string>();
      let version = 0;
      let cuts = 0;
      for (let n = 0; n < 120; n += 1) {
        const conversationId = `c${Math.floor(roll() * 5)}`;
        const id = `${conversationId}-${Math.floor(roll() * 6)}`;
        const state = roll() < 0.3 ? 'resolved' : roll() < 0.3 ? 'claimed' : 'raised';
        truth.set(id, `${state}@${++version}`);
        const write = world.alert({ kind: 'alert', alert: alertOf({ id, conversationId, version, state }) });
        if (roll() < 0.15) {
          const tab = roll() < 0.5 ? 0 : 1;
          pages[tab]?.close();
          if (roll() < 0.5) await write;
          pages[tab] = await Page.connect(who, 'desk', tabs[tab]);
          pages[tab].subscribe();
          cuts += 1;
        }
        await write;
      }
      expect(cuts).toBeGreaterThan(5);
      const open = [...truth]
        .filter(([, at]) => !at.startsWith('resolved'))
        .map(([id, at]) => `${id} ${at}`)
        .sort();
      for (const memory of tabs) {
        const held = () =>
          [...memory.open.values()].map((alert) => `${alert.id} ${alert.state}@${alert.version.offset}`).sort();
        await until(() => JSON.stringify(held()) === JSON.stringify(open), 'the desk equals the last states').catch(
          () => undefined,
        );
        expect(held()).toEqual(open);
        expect(faultsOf(memory)).toEqual({ doubled: 0, inverted: 0 });
      }
      for (const page of pages) page.close();
    },
  );

  test('a desk that was away learns what was raised and what ended meanwhile, from any node', async () => {
    const who = await signIn(world.console, 'a1');
    const memory = emptyMemory();
    const first = await Page.open(who, 'desk', memory);
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'old', conversationId: 'c1', version: 1 }) });
    await first.find('alert');
    first.close();
    await world.alert({
      kind: 'alert',
      alert: alertOf({ id: 'old', conversationId: 'c1', version: 2, state: 'retracted' }),
    });
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'new', conversationId: 'c2', version: 3 }) });
    const other = await world.another();
    const second = await Page.open(await signIn(other, 'a1'), 'desk', memory);
    expect(second.heard.filter((one) => one.type === 'error')).toEqual([]);
    expect([...memory.open.keys()]).toEqual(['new']);
    expect(memory.applied.map((alert) => `${alert.id} ${alert.state}`)).toEqual([
      'old raised',
      'old retracted',
      'new raised',
    ]);
  });

  test('what vanished from the list of a new owner leaves the desk, what an earlier life told stays', async () => {
    const desk = await Page.open(await signIn(world.console, 'a1'), 'desk');
    const keep = alertOf({ id: 'keep', conversationId: 'c1', version: 2 });
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'earlier', conversationId: 'c1', version: 0 }) });
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'gone', conversationId: 'c1', version: 1 }) });
    await world.alert({ kind: 'alert', alert: keep });
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'newer', conversationId: 'c1', version: 9 }) });
    await until(() => desk.memory.open.size === 4);
    await world.alert({
      kind: 'list',
      list: { tenant: 'bank', conversationId: 'c1', life: 1, asOf: 5, alerts: [keep] },
    });
    await until(() => desk.memory.open.size === 3);
    expect([...desk.memory.open.keys()].sort()).toEqual(['earlier', 'keep', 'newer']);
    // The old owner's late word about it changes nothing.
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'gone', conversationId: 'c1', version: 4 }) });
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'last', conversationId: 'c1', version: 10 }) });
    await until(() => desk.memory.open.has('last'));
    expect(desk.memory.open.has('gone')).toBe(false);
  });

  test.each([
    ['of half a set', 'unfinished'],
    ['of other characters', '%00'],
    ['without people', 'eyJvIjpbMF19'],
    ['with a negative offset', Buffer.from('{"o":[-1],"p":""}').toString('base64url')],
    ['with too few partitions', Buffer.from('{"o":[0],"p":""}').toString('base64url')],
    ['of 9,000 characters', 'A'.repeat(9_000)],
  ])('a cursor %s leads to a fresh start, not to silence', async (_title, cursor) => {
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 1 }) });
    const memory = { ...emptyMemory(), cursor };
    const desk = await Page.open(await signIn(world.console, 'a1'), 'desk', memory);
    expect(desk.heard.map((one) => one.type === 'error' && one.code)).toContain('bad-cursor');
    expect([...memory.open.keys()]).toEqual(['x']);
  });

  test('a cursor of another, longer log leads to a fresh start', async () => {
    const who = await signIn(world.console, 'a1');
    const { cursor = '' } = (await Page.open(who, 'desk')).memory;
    const { o, p } = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { o: number[]; p: string };
    const beyond = Buffer.from(JSON.stringify({ o: o.map((offset) => offset + 50), p })).toString('base64url');
    const desk = await Page.open(who, 'desk', { ...emptyMemory(), cursor: beyond });
    expect(desk.heard.map((one) => one.type === 'error' && one.code)).toContain('cursor-expired');
  });
});
