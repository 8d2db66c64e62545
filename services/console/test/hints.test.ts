import { createHints, type HintsClock, type Medium } from '@earshot/hints';
import { newApiKey } from '@earshot/kit/access';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Console } from '../src/index.js';
import { Page, signIn, type Visitor } from './support/page.js';
import { bank, changed } from './support/people.js';
import { alertOf } from './support/records.js';
import { until } from './support/until.js';
import { openWorld, type World } from './support/world.js';

// Real sockets and a real log on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
let one: Console;
let two: Console;
afterEach(() => world.close());

interface Told {
  complete: boolean;
  here: number;
  all: number;
  people?: { staffNumber: string; name: string; pages: string[] }[];
}
const askedBy = async (who: Visitor): Promise<Told> => (await who.get('/v1/presence?list')).json() as Promise<Told>;
const online = async (who: Visitor) =>
  (await askedBy(who)).people?.flatMap(({ staffNumber, pages }) => (pages.length ? `${staffNumber}:${pages}` : []));

describe('who is there', () => {
  beforeEach(async () => {
    world = await openWorld();
    one = world.console;
    two = await world.another();
  });

  test('pages at any console count, until they close', async () => {
    const lead = await signIn(one, 'la');
    const desk = await Page.open(await signIn(two, 'a1'), 'desk');
    const wall = await Page.open(lead, 'wall');
    await until(async () => (await online(lead))?.join() === 'a1:desk,la:wall', 'both of them');
    expect(await askedBy(lead)).toMatchObject({ complete: true, here: 2, all: 3 });
    expect((await askedBy(lead)).people?.at(-1)).toEqual({ staffNumber: 'a2', name: '赵敏', pages: [] });
    desk.close();
    await until(async () => (await online(lead))?.join() === 'la:wall', 'the end of the desk');
    wall.close();
  });

  test('supervisors are told of those whom they answer for, agents of nobody', async () => {
    for (const staffNumber of ['a1', 'b1']) await Page.open(await signIn(two, staffNumber), 'desk');
    const [la, lb, fs, qc, a1, ra] = await Promise.all(
      ['la', 'lb', 'fs', 'qc', 'a1', 'ra'].map((staffNumber) => signIn(one, staffNumber)),
    );
    await until(async () => (await online(fs as Visitor))?.length === 2, 'both desks');
    const told = await Promise.all([la, lb, fs, qc].map((who) => online(who as Visitor)));
    expect(told).toEqual([['a1:desk'], ['b1:desk'], ['a1:desk', 'b1:desk'], ['a1:desk', 'b1:desk']]);
    for (const who of [a1, ra]) expect((await who?.get('/v1/presence'))?.status).toBe(403);
    expect((await fetch(`${one.url}/v1/presence`)).status).toBe(401);
    expect(await askedBy(await signIn(one, 'fs', 'shop'))).toMatchObject({ here: 0, all: 2 });
  });

  test('a change of teams changes who is told of whom', async () => {
    const lead = await signIn(one, 'la');
    await Page.open(await signIn(two, 'b1'), 'desk');
    expect(await online(lead)).toEqual([]);
    world.publish(changed(bank, 'b1', { unit: 'team-a' }));
    await Page.open(await signIn(two, 'b1'), 'desk');
    await until(async () => (await online(lead))?.join() === 'b1:desk', 'the new member of the team');
  });

  test('a page whose person may no longer be there is not there', async () => {
    const boss = await signIn(one, 'fs');
    const desk = await Page.open(await signIn(two, 'a1'), 'desk');
    await until(async () => (await online(boss))?.join() === 'a1:desk', 'the desk');
    world.publish(changed(bank, 'a1', { left: true }));
    await until(() => desk.closed !== undefined, 'the end of the connection');
    await until(async () => (await online(boss))?.length === 0, 'nobody');
    expect((await askedBy(boss)).people?.some(({ staffNumber }) => staffNumber === 'a1')).toBe(false);
  });
});

describe('attempts', () => {
  const knock = (server: Console) => fetch(`${server.url}/sign-in?token=nothing`, { redirect: 'manual' });

  test('at signing in are counted over all consoles, and it is said when to come back', async () => {
    world = await openWorld({ settings: { signInsPerMinute: 12 } });
    one = world.console;
    two = await world.another();
    const tried = async (server: Console) => (await knock(server)).status;
    for (let n = 0; n < 6; n += 1) expect(await tried(one)).toBe(401);
    expect(await tried(two)).toBe(401);
    let more = 0;
    await until(async () => {
      const refused = (await tried(two)) === 429;
      if (!refused) more += 1;
      return refused;
    }, 'a refusal');
    // Each by itself lets through twelve; together they have let through fewer than both would.
    expect(more).toBeLessThan(11);
    const refused = await knock(two);
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('of one API key are limited, of another not', async () => {
    const made = ['loud', 'quiet'].map((id) => ({ id, ...newApiKey(id) }));
    const apiKeys = made.map(({ id, sha256 }) => ({ id, tenant: 'bank', sha256, scopes: ['tools:read' as const] }));
    world = await openWorld({ settings: { requestsPerKeyPerMinute: 5 }, deps: { apiKeys: () => apiKeys } });
    const [loud, quiet] = made.map(({ key }) => key);
    const ask = async (key = '') =>
      (await fetch(`${world.console.url}/v1/admin/topics/alerts`, { headers: { authorization: `Bearer ${key}` } }))
        .status;
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(loud)));
    expect(answers.filter((status) => status === 200)).toHaveLength(5);
    expect(answers.filter((status) => status === 429)).toHaveLength(3);
    expect(await ask(quiet)).toBe(200);
  });
});

describe('a Redis that never answers', () => {
  /** Time of the hints alone, which never passes: whatever waited for it would wait for ever. */
  function stillClock(): { clock: HintsClock; beat(): void } {
    const beats: (() => void)[] = [];
    const every = (_ms: number, run: () => void) => {
      beats.push(run);
      return () => undefined;
    };
    const beat = () => {
      for (const run of beats) run();
    };
    return { clock: { now: () => 0, every, after: () => () => undefined }, beat };
  }

  test('delays no alert, no page and no sign-in: nothing there waits for it', async () => {
    let asked = 0;
    const never = <T>() => {
      asked += 1;
      return new Promise<T>(() => undefined);
    };
    const medium: Medium = { present: never, count: never, giveUp: () => undefined, close: () => undefined };
    const { clock, beat } = stillClock();
    const hints = createHints({ medium, node: 'one', clock });
    world = await openWorld({ deps: { hints } });
    const desk = await Page.open(await signIn(world.console, 'a1'), 'desk');
    for (let version = 1; version <= 50; version += 1) {
      beat();
      await world.alert({ kind: 'alert', alert: alertOf({ id: `x${version}`, conversationId: 'c1', version }) });
    }
    await until(() => desk.memory.open.size === 50, 'every alert');
    expect(await online(await signIn(world.console, 'fs'))).toEqual(['a1:desk']);
    // Asked once each, and never again while there is no answer.
    expect(asked).toBe(2);
  });
});
