import { randomBytes } from 'node:crypto';
import { decodeCaseFact, TOPICS } from '@earshot/wire';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Console } from '../src/index.js';
import { createTokens } from '../src/session/tokens.js';
import { faultsOf, random } from './support/once.js';
import { emptyMemory, Page, signIn, visitor } from './support/page.js';
import { alertOf } from './support/records.js';
import { until } from './support/until.js';
import { ADMIN_TOKEN, openWorld, type World } from './support/world.js';

// Real sockets and a real log on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
let one: Console;
let two: Console;

beforeEach(async () => {
  world = await openWorld({ settings: { signInsPerMinute: 1_000 } });
  one = world.console;
  two = await world.another();
});
afterEach(() => world.close());

/** The same browser at another console. */
const at = (server: Console, { cookie }: { cookie: string }) => visitor(server.url, cookie);
const statusOf = async (who: { get(path: string): Promise<Response> }) => (await who.get('/v1/me')).status;

function follow(server: Console, link: string): Promise<Response> {
  const { pathname, search } = new URL(link);
  return fetch(`${server.url}${pathname}${search}`, { redirect: 'manual' });
}

describe('signing in at any console', () => {
  test('a session of one console is a session of every other, with its live connection', async () => {
    const who = await signIn(one, 'a1');
    expect(await statusOf(at(two, who))).toBe(200);
    const desk = await Page.open(at(two, who), 'desk');
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 1 }) });
    await desk.find('alert');
  });

  test('a link that two consoles are given at the same moment signs in once', async () => {
    const signedIn: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      const link = await one.issueSignInLink('a1');
      const answers = await Promise.all([one, two, one, two].map((server) => follow(server, link)));
      expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([303, 401]);
      signedIn.push(answers.filter(({ status }) => status === 303).length);
    }
    expect(new Set(signedIn)).toEqual(new Set([1]));
  });

  test('a link that was used stays used at a console that starts later', async () => {
    const link = await one.issueSignInLink('a1');
    expect((await follow(two, link)).status).toBe(303);
    const three = await world.another();
    expect((await follow(three, link)).status).toBe(401);
    expect((await follow(three, await two.issueSignInLink('a1'))).status).toBe(303);
  });

  test('a ticket that one console gave opens a connection at another, for its own session only', async () => {
    const [who, other] = [await signIn(one, 'a1'), await signIn(one, 'a2')];
    const { ticket } = (await (await who.post('/v1/live/ticket')).json()) as { ticket: string };
    const dial = (cookie: string) => {
      const socket = new WebSocket(`${two.url.replace('http', 'ws')}/v1/live?ticket=${ticket}`, {
        headers: { cookie, origin: two.url },
      });
      return new Promise<string>((resolve) => {
        socket.once('open', () => resolve('open'));
        socket.once('error', () => resolve('refused'));
      });
    };
    expect(await dial(other.cookie)).toBe('refused');
    expect(await dial(who.cookie)).toBe('open');
    expect(await dial(who.cookie)).toBe('refused');
  });

  test('a token is good for what it was made for, with this house’s key, and for nothing else', async () => {
    const key = randomBytes(32);
    const strange = await world.another({ sessionKey: key });
    const who = await signIn(strange, 'a1');
    expect([await statusOf(who), await statusOf(at(one, who))]).toEqual([200, 401]);
    expect((await follow(one, await strange.issueSignInLink('a1'))).status).toBe(401);

    const tokens = createTokens({ key, clock: { now: Date.now }, logClock: Date.now });
    const about = { tenant: 'bank', subject: 'a1', timeToLiveMs: 60_000 };
    const made = Object.fromEntries(
      await Promise.all(
        (['session', 'link', 'ticket'] as const).map(async (purpose) => [
          purpose,
          (await tokens.make(purpose, about)).token,
        ]),
      ),
    ) as Record<'session' | 'link' | 'ticket', string>;
    const asCookie = (token: string) => statusOf(visitor(strange.url, `earshot=${token}`));
    const asLink = async (token: string) => (await follow(strange, `http://x/sign-in?token=${token}`)).status;
    expect([await asCookie(made.session), await asLink(made.link)]).toEqual([200, 303]);
    expect(await Promise.all([asCookie(made.link), asCookie(made.ticket)])).toEqual([401, 401]);
    expect(await Promise.all([asLink(made.session), asLink(made.ticket)])).toEqual([401, 401]);
  });

  test('a key that is too short is refused at the start', async () => {
    const short = world.another({ sessionKey: randomBytes(16) });
    await expect(short).rejects.toMatchObject({ code: 'key-too-short' });
  });
});

describe('signing out', () => {
  test('at one console ends the session at every other, with its live connections, and for good', async () => {
    const [who, stays] = [await signIn(one, 'a1'), await signIn(one, 'a1')];
    const [desk, other] = [await Page.open(at(two, who), 'desk'), await Page.open(at(two, stays), 'desk')];
    expect((await who.post('/v1/session/end')).status).toBe(200);
    await until(() => desk.closed !== undefined, 'the end of the connection at the other console');
    expect(desk.closed?.code).toBe(4401);
    const three = await world.another();
    expect(await Promise.all([one, two, three].map((server) => statusOf(at(server, who))))).toEqual([401, 401, 401]);
    expect(await Promise.all([one, two, three].map((server) => statusOf(at(server, stays))))).toEqual([200, 200, 200]);
    expect(other.closed).toBeUndefined();
  });

  test('everywhere ends every session of the person, and no other; who signs in again is in', async () => {
    const mine = [await signIn(one, 'a1'), await signIn(two, 'a1')];
    const others = [await signIn(one, 'a2'), await signIn(one, 'a1', 'shop')];
    const pages = await Promise.all(mine.map((who) => Page.open(at(two, who), 'desk')));
    expect((await mine[0]?.post('/v1/session/end', { everywhere: true }))?.status).toBe(200);
    await until(() => pages.every(({ closed }) => closed !== undefined), 'the end of every connection');
    const three = await world.another();
    for (const server of [one, two, three]) {
      for (const who of mine) expect(await statusOf(at(server, who))).toBe(401);
      for (const who of others) expect(await statusOf(at(server, who))).toBe(200);
    }
    const again = await signIn(two, 'a1');
    expect(await statusOf(at(one, again))).toBe(200);
  });

  test('the operator can sign a person out of everything', async () => {
    const who = await signIn(two, 'a1');
    const ask = (token: string) =>
      fetch(`${one.url}/v1/admin/sessions/end`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ staffNumber: 'a1' }),
      });
    expect((await ask('no token of this house')).status).toBe(401);
    expect((await ask(ADMIN_TOKEN)).status).toBe(200);
    await until(async () => (await statusOf(who)) === 401, 'the end of the session');
  });
});

describe('two consoles, one floor', () => {
  test.each([11, 12, 13])(
    'a desk that goes from one console to the other at random times has each alert once and in order (seed %i)',
    async (seed) => {
      const roll = random(seed);
      const who = await signIn(one, 'a1');
      const memory = emptyMemory();
      let page = await Page.open(who, 'desk', memory);
      const truth = new Map<string, string>();
      let moves = 0;
      for (let version = 1; version <= 120; version += 1) {
        const conversationId = `c${Math.floor(roll() * 5)}`;
        const id = `${conversationId}-${Math.floor(roll() * 6)}`;
        const state = roll() < 0.3 ? 'resolved' : roll() < 0.3 ? 'claimed' : 'raised';
        truth.set(id, `${state}@${version}`);
        const write = world.alert({ kind: 'alert', alert: alertOf({ id, conversationId, version, state }) });
        if (roll() < 0.15) {
          page.close();
          if (roll() < 0.5) await write;
          moves += 1;
          page = await Page.connect(at(moves % 2 ? two : one, who), 'desk', memory);
          page.subscribe();
        }
        await write;
      }
      expect(moves).toBeGreaterThan(5);
      const open = [...truth]
        .filter(([, state]) => !state.startsWith('resolved'))
        .map(([id, state]) => `${id} ${state}`);
      const held = () => [...memory.open.values()].map(({ id, state, version }) => `${id} ${state}@${version.offset}`);
      await until(() => held().length === open.length, 'the desk equals the last states').catch(() => undefined);
      expect(held().sort()).toEqual(open.sort());
      expect(faultsOf(memory)).toEqual({ doubled: 0, inverted: 0 });
    },
  );

  test('who claims first in the log has it, and both see the same', async () => {
    const [la, fs] = [await signIn(one, 'la'), await signIn(two, 'fs')];
    const [left, right] = [await Page.open(la, 'wall'), await Page.open(fs, 'wall')];
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 1, agents: ['a1'] }) });
    await Promise.all([left.find('alert'), right.find('alert')]);
    const claim = { conversationId: 'c1', alertId: 'x', action: { kind: 'claim' } } as const;
    const accepted = await Promise.all([
      left.act({ ...claim, requestId: 'left' }),
      right.act({ ...claim, requestId: 'right' }),
    ]);
    expect(accepted.map((one) => one.accepted)).toEqual([true, true]);
    const first = await firstClaim();
    const claimed = alertOf({ id: 'x', conversationId: 'c1', version: 2, agents: ['a1'], state: 'claimed' });
    await world.alert({ kind: 'alert', alert: { ...claimed, claimedBy: first } });
    const seenBy = (page: Page) => page.memory.open.get('x')?.claimedBy;
    await until(() => seenBy(left) !== undefined && seenBy(right) !== undefined, 'the claim on both walls');
    expect([seenBy(left), seenBy(right)]).toEqual([first, first]);
  });

  /** What alerting would decide: of two claims the first in the log. */
  async function firstClaim(): Promise<string> {
    const partition = world.log.partitionOf(TOPICS.cases, 'bank|c1');
    const records = await world.log.read(TOPICS.cases, partition, 0, 100);
    const claims = records.flatMap(({ value }) => {
      const { body } = decodeCaseFact(value);
      return body.kind === 'action' && body.action.action.kind === 'claim' ? [body.action.by] : [];
    });
    expect([...claims].sort()).toEqual(['fs', 'la']);
    return claims[0] ?? '';
  }
});
