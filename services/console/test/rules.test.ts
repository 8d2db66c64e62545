import { createScope } from '@earshot/kit';
import type { Warehouse } from '@earshot/warehouse';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { signIn } from './support/page.js';
import { landFindings, openRules, openWarehouse, type Standing } from './support/rules.js';
import { openWorld, type World } from './support/world.js';

// A real engine on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HOUR_MS = 3_600_000;
const NOW = Date.now();

const rulesOf = (...ids: string[]) => ({
  'a.yaml': `rules:\n${ids
    .map(
      (id) =>
        `  - { id: ${id}, title: { zh: 规则${id}, en: Rule ${id} }, severity: high, source: 监管通知, ` +
        `when: { phrases: [${id}] }, prompt: { what: w, next: n } }\n`,
    )
    .join('')}`,
});

const STANDINGS: Standing[] = [
  { conversation: 'c1', finding: 'f1', rule: 'r1', hash: 'old', atMs: NOW - 50 * HOUR_MS },
  { conversation: 'c1', finding: 'f2', rule: 'r1', hash: 'old', atMs: NOW - 49 * HOUR_MS },
  { conversation: 'c2', finding: 'f3', rule: 'r1', hash: 'new', atMs: NOW - 2 * HOUR_MS },
  { conversation: 'c1', finding: 'f4', rule: 'r1', hash: 'new', atMs: NOW - HOUR_MS },
  { conversation: 'c3', finding: 'f5', rule: 'r1', hash: 'new', atMs: NOW - HOUR_MS, stands: false },
  { conversation: 'c3', finding: 'f6', rule: 'r2', hash: 'new', atMs: NOW - HOUR_MS },
  { conversation: 'c4', finding: 'f7', rule: 'r1', hash: 'old', atMs: NOW - 8 * 24 * HOUR_MS },
  { conversation: 'c5', finding: 'f8', rule: 'r1', hash: 'new', atMs: NOW - HOUR_MS, tenant: 'shop' },
];

describe('the rules in the console', () => {
  const scope = createScope();
  let world: World;
  let analysis: Warehouse | undefined;

  beforeAll(async () => {
    const { inForce, publisher } = await openRules(scope);
    const warehouse = await openWarehouse(scope);
    await landFindings(warehouse, STANDINGS);
    analysis = warehouse;
    world = await openWorld({
      deps: {
        publisher,
        rulesInForce: (tenant) => inForce.ruleSet(inForce.stamp(tenant)?.hash ?? ''),
        warehouse: () => analysis,
      },
    });
    scope.defer('console', () => world.close());
    await publisher.publish('bank', { files: rulesOf('r1'), appliesToRunning: false }, { by: 'start', why: '' });
    await publisher.publish('bank', { files: rulesOf('r1', 'r2'), appliesToRunning: false }, { by: 'ra', why: '新规' });
  });
  afterAll(() => scope.close());

  const read = async (staff: string, path: string) => {
    const answer = await (await signIn(world.console, staff)).get(path);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  test('count what stands of the last seven days, by rule and by version, of the own tenant alone', async () => {
    const { body } = await read('ra', '/v1/rules/hits');
    expect(body).toEqual({
      state: 'on',
      days: 7,
      rules: [
        {
          ruleId: 'r1',
          title: '规则r1',
          findings: 4,
          conversations: 2,
          takenBack: 1,
          lastAtMs: NOW - HOUR_MS,
          byVersion: [
            { ruleSetHash: 'new', findings: 2, conversations: 2 },
            { ruleSetHash: 'old', findings: 2, conversations: 1 },
          ],
        },
        {
          ruleId: 'r2',
          title: '规则r2',
          findings: 1,
          conversations: 1,
          takenBack: 0,
          lastAtMs: NOW - HOUR_MS,
          byVersion: [{ ruleSetHash: 'new', findings: 1, conversations: 1 }],
        },
      ],
    });
  });

  test('say that analysis is off where there is no warehouse, and that it failed where it does not answer', async () => {
    const ready = analysis;
    analysis = undefined;
    expect((await read('ra', '/v1/rules/hits')).body).toMatchObject({ state: 'off', rules: [] });
    const query = () => Promise.reject(new Error('away'));
    analysis = { ...(ready as Warehouse), state: () => 'ready', query };
    expect((await read('ra', '/v1/rules/hits')).body).toMatchObject({ state: 'failed', rules: [] });
    analysis = ready;
  });

  test('are shown to those who answer for them, with who brought them into force', async () => {
    const { body } = await read('ra', '/v1/rules/versions');
    expect(body).toMatchObject({
      versions: [
        { by: 'ra', why: '新规', action: 'publish', inForce: true },
        { by: 'start', inForce: false },
      ],
      names: { ra: '郑伟' },
    });
    for (const path of ['/v1/rules', '/v1/rules/hits', '/v1/rules/versions'])
      expect([path, (await read('fs', path)).status]).toEqual([path, 403]);
  });

  test('a page learns what its person may do with them, and whether it may connect', async () => {
    const me = async (staff: string) => (await read(staff, '/v1/me')).body;
    expect(await me('ra')).toMatchObject({ rules: 'publish', live: false });
    expect(Object.keys(await me('fs'))).toEqual(['staffNumber', 'name', 'roles']);
  });
});
