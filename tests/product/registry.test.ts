import { channel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { createScope, silentLogger } from '@earshot/kit';
import { LIVE_MESSAGE_TYPES, livePolicy, POLICY, type PolicyName } from '@earshot/kit/access';
import type { HttpServer } from '@earshot/kit/http';
import { assemble, dataFolder, standaloneConfig } from '@earshot/standalone';
import { Server } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TAKEN_MESSAGE_TYPES } from '../../services/console/src/live/messages.js';
import { temporaryFolder } from '../support/product.js';

type FastifyInstance = HttpServer['app'];

interface RouteOptions {
  url: string;
  method: string | string[];
  config?: object;
}

interface Seen {
  app: FastifyInstance;
  route: RouteOptions;
}

const scope = createScope();
/** What the libraries themselves were told, whatever our own lists say. */
const routes: Seen[] = [];
const methods: string[] = [];
let system: Awaited<ReturnType<typeof assemble>>;

const onFastify = (message: unknown) => {
  const { fastify: app } = message as { fastify: FastifyInstance };
  app.addHook('onRoute', (route) => void routes.push({ app, route }));
};

beforeAll(async () => {
  channel('fastify.initialization').subscribe(onFastify);
  scope.defer('fastify', () => channel('fastify.initialization').unsubscribe(onFastify));
  const register = Server.prototype.register;
  Server.prototype.register = function (this: Server, ...args: Parameters<typeof register>) {
    methods.push(args[0]);
    return register.apply(this, args) as boolean;
  } as typeof register;
  scope.defer('gRPC', () => {
    Server.prototype.register = register;
  });
  const dir = temporaryFolder(scope, 'registry');
  const config = { ...standaloneConfig.parse({ dataDir: dir, port: 0 }), demo: false, analysis: false };
  system = await assemble({ config, folder: dataFolder(dir), logger: silentLogger(), scope, onFatal: fail });
});
afterAll(() => scope.close());

function fail(error: Error): never {
  throw error;
}

const policyOf = (route: RouteOptions) => (route.config as { policy?: string } | undefined)?.policy;
const withoutPolicy = (seen: readonly Seen[]) =>
  seen.filter(({ route }) => !Object.hasOwn(POLICY, policyOf(route) ?? '')).map(({ route }) => route.url);

test('every route that Fastify knows has a row of the policy table', () => {
  expect(routes.length).toBeGreaterThan(20);
  expect(withoutPolicy(routes)).toEqual([]);
});

test('planted: a route that was registered without one is found', () => {
  const before = routes.length;
  // As the kit has it, but without the kit's guard.
  const { fastify } = createRequire(new URL('../../packages/kit/package.json', import.meta.url))('fastify') as {
    fastify(): FastifyInstance;
  };
  const app = fastify();
  app.get('/planted', async () => 'open');
  expect(withoutPolicy(routes)).toContain('/planted');
  routes.length = before;
});

test('every method that gRPC knows has a row of the policy table', () => {
  const known = new Map<string, PolicyName>(system.registry().methods.map(({ path, policy }) => [path, policy]));
  expect(methods.length).toBeGreaterThan(5);
  expect(methods.filter((path) => !Object.hasOwn(POLICY, known.get(path) ?? ''))).toEqual([]);
});

test('every kind of message that the live connection takes has a row of the policy table', () => {
  expect([...TAKEN_MESSAGE_TYPES].sort()).toEqual([...LIVE_MESSAGE_TYPES].sort());
  const action = { kind: 'claim' } as const;
  const message = { view: 'wall', conversationId: 'c', alertId: 'a', requestId: 'r', action } as const;
  for (const type of TAKEN_MESSAGE_TYPES) {
    expect(Object.keys(POLICY)).toContain(livePolicy({ ...message, type } as Parameters<typeof livePolicy>[0]));
  }
});

test('a stranger gets nothing from any console route that is not public', async () => {
  const consoleApps = new Set(routes.filter(({ route }) => route.url === '/v1/me').map(({ app }) => app));
  const guarded = routes.filter(
    ({ app, route }) => consoleApps.has(app) && POLICY[policyOf(route) as PolicyName].ownership !== 'public',
  );
  // Figures are open on loopback, on purpose.
  const asked = guarded.filter(({ route }) => policyOf(route) !== 'metrics.read');
  expect(asked.length).toBeGreaterThan(5);
  for (const { app, route } of asked) {
    for (const method of [route.method].flat()) {
      const url = route.url.replaceAll(/:\w+/g, 'x').replaceAll('*', 'x');
      const answer = await app.inject({ method: method as 'GET', url, headers: { 'x-earshot-csrf': '1' } });
      expect([401, 403], `${method} ${url} answered ${answer.statusCode}`).toContain(answer.statusCode);
    }
  }
});
