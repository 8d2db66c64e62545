import { createRulesClient, type RulesClient } from '@earshot/client';
import { createScope, type Scope } from '@earshot/kit';
import type { ApiScope } from '@earshot/kit/access';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { signIn } from './support/page.js';
import { openRuleWorld, type RuleWorld, ruleFile } from './support/rule-world.js';
import { ADMIN_TOKEN } from './support/world.js';

// Real sockets and a real log on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let scope: Scope;
let rules: RuleWorld;

beforeEach(async () => {
  scope = createScope();
  rules = await openRuleWorld(scope);
});
afterEach(() => scope.close());

function client(apiKey?: string): RulesClient {
  const opened = createRulesClient({ address: rules.address, apiKey, giveUpMs: 20_000 });
  scope.defer('client', () => opened.close());
  return opened;
}
const as = (tenant: string, ...scopes: ApiScope[]) => client(rules.key(tenant, ...scopes));
const overHttp = async (path: string, apiKey: string, body?: object) => {
  const answer = await fetch(rules.world.console.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await answer.json()) as Record<string, unknown>;
};

describe('rules published over gRPC', () => {
  test('are in force when it answers, for events that are stamped from then on', async () => {
    const bank = as('bank', 'rules:write');
    expect(await bank.inForce()).toEqual({ rules: [] });
    const done = await bank.publish({ 'a.yaml': ruleFile('scam') }, { running: true, why: '新规要求' });
    expect(done).toMatchObject({ ok: true, epoch: 1, rules: 1, unchanged: false });
    const { hash } = done as { hash: string };
    expect(rules.inForce.stamp('bank')).toEqual({ epoch: 1, hash, appliesToRunning: true });
    expect(await bank.publish({ 'a.yaml': ruleFile('scam') })).toMatchObject({ ok: true, hash, unchanged: true });
  });

  test('read the same over both doors', async () => {
    const key = rules.key('bank', 'rules:write');
    const bank = client(key);
    await bank.publish({ 'a.yaml': ruleFile('scam'), '乙.yaml': 'rules: []\n' }, { why: '新规要求' });
    const { ruleSet, rules: list } = await bank.inForce();
    expect(list).toEqual([
      {
        id: 'scam',
        title: { zh: '骗局', en: 'A scam' },
        severity: 'high',
        points: 0,
        tags: ['fraud'],
        roles: ['customer'],
        onPartial: false,
        prompt: {
          what: { zh: '发生了什么', en: '发生了什么' },
          say: [{ zh: '请稍等', en: 'One moment' }],
          next: { zh: 'Ask', en: 'Ask' },
        },
      },
    ]);
    expect(await overHttp('/v1/rules', key)).toMatchObject({ ...ruleSet, rules: [{ id: 'scam' }] });
    expect(await overHttp('/v1/rules/versions', key)).toMatchObject({ versions: await bank.versions() });
    const hash = ruleSet?.hash ?? '';
    expect(await overHttp(`/v1/rules/versions/${hash}`, key)).toEqual({ hash, files: await bank.files(hash) });
    const broken = { 'b.yaml': 'rules:\n  - id: X1\n', 'c.yaml': 'rules: 3\n' };
    const check = await bank.check(broken);
    expect(check.faults.length).toBeGreaterThan(3);
    expect(await overHttp('/v1/rules/check', key, { files: broken })).toEqual({ ok: false, ...check });
  });

  test('are rolled back, and the history says who did what, when and why', async () => {
    const bank = as('bank', 'rules:write');
    const operator = client(ADMIN_TOKEN);
    const first = await bank.publish({ 'a.yaml': ruleFile('first') }, { why: '甲' });
    const second = await operator.publish({ 'a.yaml': ruleFile('second') }, { why: '乙' });
    const back = await bank.rollBack({ why: '误报太多' });
    expect(back).toEqual({ ...first, epoch: 3 });
    expect(await operator.rollBack({ to: (second as { hash: string }).hash })).toEqual({ ...second, epoch: 4 });
    const versions = await bank.versions();
    expect(versions.map(({ epoch, by, action, why, inForce }) => [epoch, by, action, why, inForce])).toEqual([
      [4, 'operator', 'rollback', '', true],
      [3, 'key:bank-0', 'rollback', '误报太多', false],
      [2, 'operator', 'publish', '乙', false],
      [1, 'key:bank-0', 'publish', '甲', false],
    ]);
    await expect(bank.rollBack({ to: 'nonsense' })).rejects.toMatchObject({ code: 'version-unknown' });
    await expect(bank.files('nonsense')).rejects.toMatchObject({ code: 'version-unknown' });
  });

  test('as large as HTTP takes them, and no larger', async () => {
    const bank = as('bank', 'rules:write');
    const large = Object.fromEntries(
      Array.from({ length: 7 }, (_, n) => [`${n}.yaml`, `${'#'.repeat(1_900_000)}\nrules: []\n`]),
    );
    const done = await bank.publish(large);
    expect(done).toMatchObject({ ok: true, rules: 0 });
    expect(await bank.files((done as { hash: string }).hash)).toEqual(large);
    await expect(bank.check({ 'a.yaml': '#'.repeat(2_000_001) })).rejects.toMatchObject({ code: 'invalid' });
    const tooLarge = { ...large, '8.yaml': '#'.repeat(2_000_000), '9.yaml': '#'.repeat(2_000_000) };
    await expect(bank.check(tooLarge)).rejects.toMatchObject({ code: 'too-large' });
  });

  test('a file of a name that objects treat in their own way is refused, not passed over', async () => {
    const files = Object.fromEntries([['__proto__', ruleFile('scam')]]);
    await expect(as('bank', 'rules:write').check(files)).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('a broken set', () => {
  test('is refused with file, line and column, and the last good one stays', async () => {
    const bank = as('bank', 'rules:write');
    await bank.publish({ 'a.yaml': ruleFile('scam') });
    const before = rules.inForce.stamp('bank');
    const refused = await bank.publish({ 'bad.yaml': 'rules:\n  - id: X1\n' });
    expect(refused).toMatchObject({ ok: false, code: 'rules-invalid', notListed: 0, examples: [] });
    const { faults, message } = refused as { faults: object[]; message: string };
    expect(faults[0]).toMatchObject({ file: 'bad.yaml', line: 2, column: 5, path: expect.stringMatching(/^rules/) });
    expect(message).toMatch(/^5 mistake\(s\): bad\.yaml:2:5 /);
    expect(faults).toEqual((await bank.check({ 'bad.yaml': 'rules:\n  - id: X1\n' })).faults);
    expect(rules.inForce.stamp('bank')).toEqual(before);
    expect(await bank.versions()).toHaveLength(1);
  });

  test('with examples that do not behave names them', async () => {
    const wrong = ruleFile('scam', '    examples: { hit: [骗子, 你好], miss: [骗子] }\n');
    const refused = await as('bank', 'rules:write').publish({ 'a.yaml': wrong });
    expect(refused).toMatchObject({
      ok: false,
      code: 'examples-failed',
      faults: [],
      examples: [
        { ruleId: 'scam', kind: 'hit', index: 1 },
        { ruleId: 'scam', kind: 'miss', index: 0 },
      ],
    });
    expect(rules.inForce.stamp('bank')).toBeUndefined();
  });

  test('with more mistakes than a trailer holds says how many are left out; the check lists all', async () => {
    const bank = as('bank', 'rules:write');
    const files = { '坏文件.yaml': `rules:\n${'  - { id: 坏规则 }\n'.repeat(500)}` };
    const { faults } = await bank.check(files);
    expect(faults.length).toBeGreaterThan(2_000);
    const refused = await bank.publish(files);
    if (refused.ok) throw new Error('it was published');
    expect(refused.faults.length).toBeGreaterThan(3);
    expect(refused.faults).toEqual(faults.slice(0, refused.faults.length));
    expect(refused.faults.length + refused.notListed).toBe(faults.length);
  });
});

describe('who may', () => {
  const READS: ((asked: RulesClient) => Promise<unknown>)[] = [
    (asked) => asked.inForce(),
    (asked) => asked.versions(),
    (asked) => asked.files('x'),
    (asked) => asked.check({}),
  ];
  const WRITES: typeof READS = [(asked) => asked.publish({ 'a.yaml': ruleFile('scam') }), (asked) => asked.rollBack()];
  const codesOf = (asked: RulesClient, calls: typeof READS) =>
    Promise.all(
      calls.map((call) =>
        call(asked).then(
          () => 'ok',
          (error: { code: string }) => error.code,
        ),
      ),
    );

  test('a key without the scope is refused, and changes nothing', async () => {
    expect(await codesOf(as('bank', 'ingest:write', 'tools:read'), [...READS, ...WRITES])).toEqual(
      Array(6).fill('scope-missing'),
    );
    expect(await codesOf(as('bank', 'rules:read'), WRITES)).toEqual(['scope-missing', 'scope-missing']);
    expect(await codesOf(as('bank', 'rules:read'), READS)).toEqual(['ok', 'ok', 'version-unknown', 'ok']);
    expect(rules.inForce.stamp('bank')).toBeUndefined();
  });

  test('nobody without a credential, with a wrong one, or with the session of a person', async () => {
    const { cookie } = await signIn(rules.world.console, 'ra');
    for (const credential of [undefined, 'x', `${ADMIN_TOKEN}x`, cookie.split('=')[1]])
      expect(await codesOf(client(credential), [...READS, ...WRITES])).toEqual(Array(6).fill('unauthenticated'));
  });

  test('a stranger is told so however much he sends, and the next caller is served', async () => {
    const much = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`${n}.yaml`, '#'.repeat(1_900_000)]));
    await expect(client('x').check(much)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await codesOf(as('bank', 'rules:read'), READS)).toEqual(['ok', 'ok', 'version-unknown', 'ok']);
  });

  test("another tenant's sets are not seen, brought back or replaced", async () => {
    const bank = as('bank', 'rules:write');
    const shop = as('shop', 'rules:write');
    const { hash } = (await bank.publish({ 'a.yaml': ruleFile('scam') })) as { hash: string };
    expect(await shop.inForce()).toEqual({ rules: [] });
    expect(await shop.versions()).toEqual([]);
    expect(await codesOf(shop, [() => shop.files(hash), () => shop.rollBack({ to: hash })])).toEqual([
      'version-unknown',
      'version-unknown',
    ]);
    await shop.publish({ 'a.yaml': ruleFile('other') });
    expect(rules.inForce.stamp('bank')?.hash).toBe(hash);
    expect((await bank.versions()).map((one) => one.hash)).toEqual([hash]);
  });

  test('no credential, word of a rule or reason stands in the log', async () => {
    const key = rules.key('bank', 'rules:write');
    await client(key).publish({ 'a.yaml': ruleFile('scam') }, { why: 'canary-why' });
    await client(key).publish({ 'canary-file.yaml': 'rules: 3\n' });
    expect(rules.world.lines.join('')).not.toMatch(new RegExp(`${key}|canary|骗子`));
  });
});

test('health says serving while it runs, and each method has a policy of its own', async () => {
  expect(await client().health()).toBe('serving');
  const methods = rules.world.console.grpc?.methods ?? [];
  const ours = methods.filter(({ path }) => path.startsWith('/earshot.v1.'));
  expect(ours.map(({ path, policy }) => `${path.split('/')[2]} ${policy}`)).toEqual([
    'GetRulesInForce rules.read',
    'ListRuleSetVersions rules.read',
    'GetRuleSetFiles rules.read',
    'CheckRuleSet rules.read',
    'PublishRuleSet rules.publish',
    'RollBackRuleSet rules.publish',
  ]);
  await rules.world.console.stop();
  expect(await client().health()).toBe('unreachable');
});
