import { connect, createServer } from 'node:net';
import { EarshotError } from '@earshot/model';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Principal, Resource } from '../access/principal.js';
import { createHealth } from '../health.js';
import { createLogger } from '../logger.js';
import { createMetrics } from '../metrics.js';
import { createHttp, type HttpServer } from './create-http.js';
import { registerHealthRoutes } from './health-routes.js';

const lead: Principal = {
  kind: 'staff',
  tenant: 'bank',
  staffNumber: 'l1',
  roles: ['team-lead'],
  unit: 'a',
  unitsBelow: new Set(['a']),
  left: false,
};
const mine: Resource = { tenant: 'bank', agents: ['x'], units: ['a'] };
const theirs: Resource = { tenant: 'bank', agents: ['y'], units: ['b'] };

let open: HttpServer[] = [];
const lines: string[] = [];

afterEach(async () => {
  await Promise.all(open.map((server) => server.stop()));
  open = [];
  lines.length = 0;
});

function server(principal: Principal | undefined = lead): HttpServer {
  const logger = createLogger({ service: 't', level: 'debug', to: { write: (line) => void lines.push(line) } });
  const made = createHttp({
    logger,
    authenticate: () => principal,
    metrics: createMetrics(),
    pluginPolicies: { '/docs': 'docs.read' },
  });
  open.push(made);
  return made;
}

describe('routes and their policies', () => {
  test('a route without a policy cannot be registered', () => {
    const { app } = server();
    expect(() => app.get('/open', async () => 'x')).toThrow(/has no policy/);
  });

  test('a policy that is not in the table cannot be named', () => {
    const { app } = server();
    const config = { policy: 'everything' as 'page.read' };
    expect(() => app.get('/open', { config }, async () => 'x')).toThrow(/has no policy/);
  });

  test('routes that a plugin brings get the policy of their prefix, and only those', () => {
    const { app, routes } = server();
    app.get('/docs/json', async () => 'x');
    expect(() => app.get('/docsx', async () => 'x')).toThrow(/has no policy/);
    expect(routes.find((route) => route.url === '/docs/json')?.policy).toBe('docs.read');
  });

  test('the door refuses who has no role, before the handler runs', async () => {
    const { app } = server();
    let ran = false;
    app.get('/rules', { config: { policy: 'rules.read' } }, async () => {
      ran = true;
      return {};
    });
    const reply = await app.inject('/rules');
    expect([reply.statusCode, reply.json().code, ran]).toEqual([403, 'role-missing', false]);
  });

  test('nobody signed in is 401', async () => {
    const made = createHttp({ logger: createLogger({ service: 't', level: 'silent' }), authenticate: () => undefined });
    open.push(made);
    made.app.get('/me', { config: { policy: 'session.read' } }, async () => ({}));
    expect((await made.app.inject('/me')).statusCode).toBe(401);
  });

  test('a thing of another unit is refused, one of the own unit answered', async () => {
    const { app } = server();
    app.get<{ Querystring: { of: string } }>('/c', { config: { policy: 'conversation.read' } }, async (request) => {
      request.allow(request.query.of === 'mine' ? mine : theirs);
      return { ok: true };
    });
    expect((await app.inject('/c?of=mine')).json()).toEqual({ ok: true });
    expect((await app.inject('/c?of=theirs')).json().code).toBe('not-yours');
  });

  test('a handler that forgets to ask whose thing it is answers nobody', async () => {
    const { app } = server();
    app.get('/c', { config: { policy: 'conversation.read' } }, async () => ({ words: 'canary' }));
    const reply = await app.inject('/c');
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toContain('canary');
  });

  test('every route of a running server has a policy of the table', async () => {
    const { app, routes } = server();
    registerHealthRoutes(app, createHealth(), createMetrics());
    await app.ready();
    const printed = app.printRoutes({ commonPrefix: false }).match(/\((\w+(, \w+)*)\)/g) ?? [];
    const live = printed.flatMap((methods) => methods.slice(1, -1).split(', '));
    expect(live.length).toBe(routes.length);
    expect(routes.map((route) => `${route.method} ${route.url} ${route.policy}`)).toContain(
      'GET /metrics metrics.read',
    );
  });
});

test('a request is counted and timed by its route, whatever stands in its place', async () => {
  const metrics = createMetrics();
  const logger = createLogger({ service: 't', to: { write: () => undefined } });
  const made = createHttp({ logger, authenticate: () => undefined, metrics });
  open.push(made);
  registerHealthRoutes(made.app, createHealth());
  await made.app.inject('/livez?x=1');
  await made.app.inject('/nothing/4711');
  await vi.waitFor(async () => {
    const text = await metrics.text();
    expect(text).toContain('earshot_http_requests_total{method="GET",route="/livez",status="200"} 1');
    expect(text).toContain('earshot_http_request_duration_seconds_count{method="GET",route="/livez"} 1');
    expect(text).toContain('earshot_http_request_duration_seconds_count{method="GET",route="unknown"} 1');
    expect(text).not.toContain('4711');
  });
});

describe('what goes wrong', () => {
  test.each([
    [
      'a coded error keeps code, message and status',
      new EarshotError('log-full', 'try later', { retry: true }),
      429,
      'log-full',
    ],
    ['a foreign error becomes internal and keeps its message to itself', new Error('canary'), 500, 'internal'],
  ])('%s', async (_title, thrown, status, code) => {
    const { app } = server();
    app.get('/x', { config: { policy: 'page.read' } }, async () => {
      throw thrown;
    });
    const reply = await app.inject('/x');
    expect([reply.statusCode, reply.json().code]).toEqual([status, code]);
    expect(reply.body + lines.join('')).not.toContain('canary');
  });

  test.each([
    ['a body over the limit', { payload: 'x'.repeat(1024 * 1024 + 1) }, 413, 'too-large'],
    ['broken JSON', { payload: '{"a": canary' }, 400, 'json-broken'],
    ['another content type', { payload: 'a=b', headers: { 'content-type': 'text/csv' } }, 415, 'media-type'],
    ['deep JSON', { payload: '['.repeat(40) + ']'.repeat(40) }, 400, 'json-too-deep'],
    ['bytes that are not UTF-8', { payload: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]) }, 400, 'text-not-unicode'],
    ['a strange host', { payload: '{}', headers: { host: 'evil.example' } }, 403, 'host-refused'],
    ['a strange origin', { payload: '{}', headers: { origin: 'http://evil.example' } }, 403, 'origin-refused'],
  ])('%s is answered with its code', async (_title, request, status, code) => {
    const { app } = server();
    app.post('/x', { config: { policy: 'page.read' } }, async () => ({}));
    const headers = { 'content-type': 'application/json', ...('headers' in request ? request.headers : {}) };
    const reply = await app.inject({ method: 'POST', url: '/x', payload: request.payload, headers });
    expect([reply.statusCode, reply.json().code]).toEqual([status, code]);
    expect(reply.body + lines.join('')).not.toContain('canary');
  });

  test('a path that does not exist is 404 with a code', async () => {
    expect((await server().app.inject('/nothing')).json()).toMatchObject({ code: 'not-found' });
  });

  test('a taken port is said in one coded line', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as { port: number };
    await expect(server().listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'port-taken' });
    await new Promise((resolve) => holder.close(resolve));
  });

  test('port 0 gives an address that answers', async () => {
    const made = server();
    registerHealthRoutes(made.app, createHealth());
    const { url } = await made.listen({ host: '127.0.0.1', port: 0 });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });
});

describe('stopping', () => {
  test('a connection that was opened and never used does not hold it up', async () => {
    const made = server();
    const { port } = await made.listen({ host: '127.0.0.1', port: 0 });
    const silent = connect(port, '127.0.0.1').resume();
    await new Promise((resolve) => silent.once('connect', resolve));
    const closed = new Promise((resolve) => silent.once('close', resolve));
    // Held up, this would outlive the test's own deadline.
    await made.stop();
    await closed;
  });

  test('a request in hand is finished first', async () => {
    const made = server();
    let go = () => {};
    const asked = new Promise<void>((begun) => {
      made.app.get('/slow', { config: { policy: 'page.read' } }, async () => {
        begun();
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        return { done: true };
      });
    });
    const { url } = await made.listen({ host: '127.0.0.1', port: 0 });
    const answer = fetch(`${url}/slow`).then((reply) => reply.json());
    await asked;
    const stopped = made.stop();
    go();
    expect(await answer).toEqual({ done: true });
    await stopped;
  });
});
