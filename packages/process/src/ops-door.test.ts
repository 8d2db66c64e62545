import { createHealth, createMetrics, createScope, Secret, silentLogger } from '@earshot/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOpsDoor } from './ops-door.js';

let scope: ReturnType<typeof createScope>;
beforeEach(() => {
  scope = createScope();
});
afterEach(() => scope.close());

async function open(host: string, token?: string) {
  const health = createHealth();
  const metricsToken = token === undefined ? {} : { metricsToken: new Secret(token) };
  const door = createOpsDoor({ host, health, logger: silentLogger(), metrics: createMetrics(), ...metricsToken });
  scope.use('door', door);
  const { port } = await door.listen({ host, port: 0 });
  const statusOf = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
  return { statusOf, health };
}

test('health is told to everybody, and says no while the process stops', async () => {
  const { statusOf, health } = await open('0.0.0.0');
  expect([await statusOf('/livez'), await statusOf('/readyz')]).toEqual([200, 200]);
  health.drain();
  expect([await statusOf('/livez'), await statusOf('/readyz')]).toEqual([200, 503]);
});

test('figures are open on loopback, but not through a proxy', async () => {
  const { statusOf } = await open('127.0.0.1');
  expect(await statusOf('/metrics')).toBe(200);
  expect(await statusOf('/metrics', { 'x-forwarded-for': '10.0.0.1' })).toBe(401);
});

test('beyond loopback figures need the token, and without one nobody has them', async () => {
  const token = 'a-token-of-some-length';
  const { statusOf } = await open('0.0.0.0', token);
  expect(await statusOf('/metrics')).toBe(401);
  expect(await statusOf('/metrics', { authorization: 'Bearer another-token-as-long' })).toBe(401);
  expect(await statusOf('/metrics', { authorization: `Bearer ${token}` })).toBe(200);
  const closed = await open('0.0.0.0');
  expect(await closed.statusOf('/metrics', { authorization: 'Bearer undefined' })).toBe(401);
});
