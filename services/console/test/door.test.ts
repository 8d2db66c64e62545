import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPolicyName, LIVE_MESSAGE_TYPES } from '@earshot/kit/access';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { DESK_AUDIENCE } from '../src/index.js';
import { TAKEN_MESSAGE_TYPES } from '../src/live/messages.js';
import { ManualClock } from './support/manual-clock.js';
import { Page, signIn, type Visitor } from './support/page.js';
import { alertOf, call, said } from './support/records.js';
import { until } from './support/until.js';
import { ADMIN_TOKEN, openWorld, type World } from './support/world.js';

// Real sockets and a real log on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
let clock: ManualClock;
const SECRET = new TextEncoder().encode('a desk secret of at least 32 bytes, of the bank');

beforeEach(async () => {
  clock = new ManualClock();
  world = await openWorld({ clock, deps: { deskSecret: (tenant) => (tenant === 'bank' ? SECRET : undefined) } });
});
afterEach(() => world.close());

describe('every way in has a policy', () => {
  test('each route of the running server', () => {
    const { routes } = world.console;
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter((route) => !isPolicyName(route.policy))).toEqual([]);
  });

  test('each message of the live protocol that this server takes', () => {
    expect([...TAKEN_MESSAGE_TYPES].sort()).toEqual([...LIVE_MESSAGE_TYPES].sort());
  });

  test('without a credential only what is public answers', async () => {
    const answered: string[] = [];
    for (const { method, url, policy } of world.console.routes) {
      if (url === '/v1/live') continue;
      const path = url.replace('*', 'x').replace(/:\w+/g, 'x');
      const headers = { 'x-earshot-csrf': '1', 'content-type': 'application/json' };
      const response = await fetch(world.console.url + path, {
        method,
        headers,
        redirect: 'manual',
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
      if (response.status !== 401 && !['page.read', 'health.read', 'session.create'].includes(policy))
        answered.push(url);
    }
    // The figures are open to whoever reaches loopback.
    expect([...new Set(answered)]).toEqual(['/metrics']);
  });
});

describe('the language of the pages', () => {
  test('is told only where the product was started with one', async () => {
    const told = async (server: World) => (await signIn(server.console, 'fs')).get('/v1/me').then((me) => me.json());
    expect(await told(world)).toEqual({ staffNumber: 'fs', name: '周涛', roles: ['floor-supervisor'] });
    const english = await openWorld({
      clock,
      settings: { lang: 'en' },
      deps: { ingestUrl: () => 'http://127.0.0.1:1' },
    });
    expect(await told(english)).toMatchObject({ staffNumber: 'fs', lang: 'en', ingestUrl: 'http://127.0.0.1:1' });
    await english.close();
  });
});

describe('sign-in links', () => {
  const follow = (link: string, method = 'GET') => {
    const { pathname, search } = new URL(link);
    return fetch(`${world.console.url}${pathname}${search}`, { method, redirect: 'manual' });
  };

  test('a link works once, and leads an agent to the desk and a lead to the wall', async () => {
    const link = await world.console.issueSignInLink('a1');
    expect((await follow(link, 'HEAD')).status).toBe(404);
    const first = await follow(link);
    expect([first.status, first.headers.get('location')]).toEqual([303, '/desk.html']);
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax$/);
    const second = await follow(link);
    expect([second.status, second.headers.get('set-cookie')]).toEqual([401, null]);
    expect((await follow(await world.console.issueSignInLink('la'))).headers.get('location')).toBe('/');
  });

  test('a link is too old after 15 minutes', async () => {
    const link = await world.console.issueSignInLink('a1');
    clock.advance(15 * 60_000);
    expect((await follow(link)).status).toBe(401);
  });

  test('nobody gets a link who does not work here', async () => {
    await expect(world.console.issueSignInLink('nobody')).rejects.toThrow(/nobody of this staff number/);
    expect((await follow(await world.console.issueSignInLink('gone'))).status).toBe(403);
  });

  test('neither link nor cookie is in the log', async () => {
    const who = await signIn(world.console, 'a1');
    await who.get('/v1/me?token=canary-token');
    expect(world.lines.join('')).not.toMatch(new RegExp(`canary-token|${who.cookie.split('=')[1]}`));
  });
});

describe('desk tokens of a CRM', () => {
  const sign = (patch: Record<string, unknown> = {}, secret = SECRET, alg = 'HS256') => {
    const now = Math.floor(clock.now() / 1000);
    const claims = { iss: 'bank', sub: 'a1', aud: DESK_AUDIENCE, iat: now, exp: now + 120, ...patch };
    return new SignJWT(claims).setProtectedHeader({ alg }).sign(secret);
  };
  const exchange = (token: string, staffNumber = 'a1') =>
    fetch(`${world.console.url}/v1/desk/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-earshot-csrf': '1' },
      body: JSON.stringify({ staffNumber, token }),
    });

  test('a signed token opens the desk of its person', async () => {
    const response = await exchange(await sign());
    expect(response.status).toBe(200);
    const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    const me = await fetch(`${world.console.url}/v1/me`, { headers: { cookie } });
    expect(await me.json()).toMatchObject({ staffNumber: 'a1' });
  });

  test('what is not signed so, or not for this person, opens nothing', async () => {
    const now = Math.floor(clock.now() / 1000);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await sign()).split('.')[1]}.`;
    const bad: [string, string, string?][] = [
      ['no signature', none],
      ['another secret', await sign({}, new TextEncoder().encode('another secret of at least 32 bytes, yes'))],
      ['another algorithm', await sign({}, SECRET, 'HS512').catch(() => 'x')],
      ['somebody else', await sign(), 'a2'],
      ['another audience', await sign({ aud: 'x' })],
      ['run out', await sign({ iat: now - 400, exp: now - 100 })],
      ['too long a life', await sign({ iat: now - 3_600, exp: now + 3_600 })],
      ['without an end', await sign({ exp: undefined })],
      ['from the future', await sign({ nbf: now + 600 })],
      ['100 KB', 'x'.repeat(100_000)],
      ['a tenant without desk tokens', await sign({ iss: 'shop' })],
      ['nonsense', 'a.b.c'],
    ];
    const accepted: string[] = [];
    for (const [title, token, staff] of bad) if ((await exchange(token, staff)).ok) accepted.push(title);
    expect(accepted).toEqual([]);
  });
});

describe('foreign pages', () => {
  async function ticketOf(who: Visitor): Promise<string> {
    return ((await (await who.post('/v1/live/ticket')).json()) as { ticket: string }).ticket;
  }

  function dial(who: Visitor, ticket: string, headers: Record<string, string>): Promise<'open' | number> {
    const socket = new WebSocket(`${who.url.replace('http', 'ws')}/v1/live?ticket=${encodeURIComponent(ticket)}`, {
      headers,
    });
    return new Promise((resolve) => {
      socket.on('open', () => resolve('open'));
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => resolve(0));
    });
  }

  test('no origin but our own opens a live connection, with cookie and fresh ticket', async () => {
    const who = await signIn(world.console, 'a1');
    const { host, port } = new URL(who.url);
    const origins = [
      undefined,
      'null',
      '',
      'https://evil.example',
      `${who.url}.evil.example`,
      `http://evil.example#${who.url}`,
      `http://evil-127.0.0.1:${port}`,
      `http://127.0.0.1:${Number(port) + 1}`,
      'http://127.0.0.1',
      `https://${host}`,
      `${who.url}/`,
      `${who.url}@evil.example`,
      `http://localhost.evil.example:${port}`,
      `file://${host}`,
      `${who.url}, http://evil.example`,
    ];
    const opened: (string | undefined)[] = [];
    for (const origin of origins) {
      const ticket = await ticketOf(who);
      if ((await dial(who, ticket, { cookie: who.cookie, ...(origin === undefined ? {} : { origin }) })) === 'open')
        opened.push(origin);
    }
    expect(opened).toEqual([]);
    expect(await dial(who, await ticketOf(who), { cookie: who.cookie, origin: who.url })).toBe('open');
  });

  test('a ticket opens once, for 30 seconds, for its own session', async () => {
    const who = await signIn(world.console, 'a1');
    const other = await signIn(world.console, 'a2');
    const headers = { cookie: who.cookie, origin: who.url };
    const used = await ticketOf(who);
    expect(await dial(who, used, headers)).toBe('open');
    expect(await dial(who, used, headers)).toBe(401);
    const old = await ticketOf(who);
    clock.advance(30_000);
    expect(await dial(who, old, headers)).toBe(401);
    expect(await dial(who, await ticketOf(other), headers)).toBe(401);
    expect(await dial(who, '', headers)).toBe(401);
    expect(await dial(who, await ticketOf(who), { origin: who.url })).toBe(401);
  });

  test('a change needs our header and our origin', async () => {
    const who = await signIn(world.console, 'a1');
    const post = (headers: Record<string, string>) =>
      fetch(`${who.url}/v1/live/ticket`, { method: 'POST', headers: { cookie: who.cookie, ...headers } });
    expect((await post({})).status).toBe(403);
    expect((await post({ 'x-earshot-csrf': '1', origin: 'http://127.0.0.1:1' })).status).toBe(403);
    expect((await post({ 'x-earshot-csrf': '1' })).status).toBe(200);
  });

  test('pages carry a policy that lets no foreign script in; only the desk may be framed, by whom we know', async () => {
    await world.close();
    world = await openWorld({ settings: { parentOrigins: ['https://crm.bank.example'] } });
    const policyOf = async (path: string) =>
      (await fetch(world.console.url + path)).headers.get('content-security-policy');
    expect(await policyOf('/')).toMatch(/default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/);
    expect(await policyOf('/desk.html')).toMatch(/frame-ancestors 'self' https:\/\/crm\.bank\.example$/);
    const config = await fetch(`${world.console.url}/v1/desk/config`);
    expect(await config.json()).toEqual({ parentOrigins: ['https://crm.bank.example'] });
    expect([config.headers.get('x-content-type-options'), config.headers.get('referrer-policy')]).toEqual([
      'nosniff',
      'no-referrer',
    ]);
  });
});

describe('pages', () => {
  test('come from their folders, hashed files for good, and nothing from beside them', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'earshot-pages-'));
    const [webDir, widgetDir] = [join(dir, 'web'), join(dir, 'widget')];
    for (const each of [webDir, widgetDir]) mkdirSync(join(each, 'assets'), { recursive: true });
    writeFileSync(join(dir, 'secret'), 'canary');
    writeFileSync(join(webDir, 'index.html'), 'the wall');
    writeFileSync(join(webDir, 'assets', 'wall-1.js'), 'wall');
    writeFileSync(join(widgetDir, 'desk.html'), 'the desk');
    writeFileSync(join(widgetDir, 'widget.js'), 'widget');
    writeFileSync(join(widgetDir, 'assets', 'desk-1.js'), 'desk');
    await world.close();
    world = await openWorld({ deps: { webDir, widgetDir } });
    const get = (path: string) => fetch(world.console.url + path);
    const texts = ['/', '/index.html', '/desk.html', '/widget.js', '/assets/wall-1.js', '/assets/desk-1.js'].map(
      async (path) => (await get(path)).text(),
    );
    expect(await Promise.all(texts)).toEqual(['the wall', 'the wall', 'the desk', 'widget', 'wall', 'desk']);
    expect((await get('/assets/wall-1.js')).headers.get('cache-control')).toMatch(/immutable/);
    expect((await get('/')).headers.get('cache-control')).toBe('no-store');
    expect((await get('/widget.js')).headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    for (const path of [
      '/assets/..%2f..%2fsecret',
      '/assets/%2e%2e/%2e%2e/secret',
      '/assets/..%5c..%5csecret',
      '/secret',
      '/assets/',
    ]) {
      const response = await get(path);
      expect([path, response.ok, (await response.text()).includes('canary')]).toEqual([path, false, false]);
    }
    rmSync(dir, { recursive: true, force: true });
  });
});

describe('the operator', () => {
  const ask = (path: string, token = ADMIN_TOKEN, init: RequestInit = {}) =>
    fetch(world.console.url + path, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });

  test('reads topics as JSON with the token, and with no other', async () => {
    await world.fact(...call('c1', ['a1']), said('c1', 0, '我要去投诉'));
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 3 }) });
    const partition = world.log.partitionOf('earshot.alerts.v1', 'bank|c1');
    const read = await (await ask(`/v1/admin/topics/alerts?partition=${partition}`)).json();
    expect(read).toMatchObject({
      topic: 'earshot.alerts.v1',
      records: [{ key: 'bank|c1', value: { kind: 'alert', alert: { id: 'x' } } }],
    });
    for (const wrong of [`${ADMIN_TOKEN}x`, ADMIN_TOKEN.slice(1), 'x', '']) {
      expect((await ask('/v1/admin/topics/alerts', wrong)).status).toBe(401);
    }
    expect((await ask('/v1/admin/topics/nothing')).status).toBe(404);
    expect((await ask('/v1/admin/topics/alerts?limit=0')).status).toBe(400);
    const lead = await signIn(world.console, 'fs');
    expect((await lead.get('/v1/admin/topics/alerts')).status).toBe(403);
  });

  test('gives a sign-in link for anybody who works here, and for nobody else', async () => {
    const link = (staffNumber: string, token = ADMIN_TOKEN) =>
      ask('/v1/admin/sign-in-links', token, { method: 'POST', body: JSON.stringify({ staffNumber }) });
    const given = (await (await link('a1')).json()) as { link: string };
    const entered = await fetch(given.link, { redirect: 'manual' });
    expect([entered.status, entered.headers.has('set-cookie')]).toEqual([303, true]);
    expect((await link('nobody')).status).toBe(404);
    expect((await link('a1', 'x')).status).toBe(401);
  });

  test('runs SQL only while analysis is on', async () => {
    const init = { method: 'POST', body: JSON.stringify({ sql: 'SELECT 1' }) };
    const off = await ask('/v1/admin/sql', ADMIN_TOKEN, init);
    expect([off.status, ((await off.json()) as { code: string }).code]).toEqual([503, 'analysis-off']);
    const who = await signIn(world.console, 'fs');
    expect(await (await who.get('/v1/analysis')).json()).toEqual({ state: 'off' });
  });
});

describe('a page that misbehaves', () => {
  test('broken messages are answered with a code and harm nobody', async () => {
    const page = await Page.open(await signIn(world.console, 'a1'), 'desk');
    const bad = [
      '',
      '{',
      '[]',
      'null',
      '{"type":"x"}',
      '{"type":"act"}',
      '{"type":"subscribe","view":"moon"}',
      '['.repeat(100) + ']'.repeat(100),
      '{"type":"follow","conversationId":"c","__proto__":{}}',
      `{"type":"follow","conversationId":"${'x'.repeat(300)}"}`,
    ];
    for (const text of bad) page.socket.send(text);
    page.socket.send(Buffer.from([1, 2, 3]));
    await until(
      () => page.heard.filter((one) => one.type === 'error' && one.code === 'invalid').length === bad.length + 1,
    );
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 1 }) });
    await page.find('alert');
  });

  test('a message over 64 KB, or a flood, ends the connection', async () => {
    const who = await signIn(world.console, 'a1');
    const large = await Page.open(who, 'desk');
    large.socket.send('x'.repeat(65 * 1024));
    await until(() => large.closed !== undefined);
    const flood = await Page.open(who, 'desk');
    for (let n = 0; n < 500; n += 1) flood.say({ type: 'unfollow', conversationId: 'c' });
    await until(() => flood.closed !== undefined);
    expect(flood.closed?.code).toBe(1008);
  });

  test('a connection that subscribes to nothing ends after 10 seconds', async () => {
    const idle = await Page.connect(await signIn(world.console, 'a1'), 'desk');
    clock.advance(11_000);
    await until(() => idle.closed !== undefined);
    expect(idle.closed?.code).toBe(1008);
  });
});
