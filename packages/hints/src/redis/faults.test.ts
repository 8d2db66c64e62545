import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { until } from '../contract/until.js';
import type { Hints } from '../port.js';
import { type RedisServer, startRedisServer } from '../redis-server/server.js';
import { describeWithRedis } from '../testing/redis.js';
import { openRedisHints } from './index.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const LIMIT = { max: 1_000_000, windowMs: 1_000_000_000_000 };
const attempt = { tenant: 'bank', what: 'sign-in', who: 'somebody' };

describeWithRedis('a Redis that fails', () => {
  let server: RedisServer;
  let admin: Redis;
  let opened: Hints[];
  let troubles: string[];
  beforeEach(async () => {
    server = await startRedisServer({ settings: { 'maxmemory-policy': 'noeviction' } });
    const { hostname: host, port } = new URL(server.url);
    admin = new Redis({ host, port: Number(port), password: server.password });
    admin.on('error', () => undefined);
    opened = [];
    troubles = [];
  });
  afterEach(async () => {
    admin.disconnect();
    for (const hints of opened) await hints.stop();
    await server.stop();
  });

  const open = (node: string) => {
    const address = { url: server.url, password: { reveal: () => server.password } };
    const onTrouble = (code: string) => void troubles.push(code);
    const hints = openRedisHints({ node, address, onTrouble, everyMs: { presence: 20, rates: 20 } });
    opened.push(hints);
    return hints;
  };
  const there = (hints: Hints) => [...hints.presence.here('bank').people.keys()].sort();
  const counts = (hints: Hints, times: number) => !hints.rates.take(attempt, { ...LIMIT, max: times - 1 }, 0).ok;

  /** Two processes that hear each other. */
  async function sharing(): Promise<[Hints, Hints]> {
    const [one, two] = [open('one'), open('two')];
    one.presence.enter('bank', '10001', 'desk');
    two.presence.enter('bank', '20001', 'wall');
    await until(() => there(one).length === 2 && there(two).length === 2);
    return [one, two];
  }

  /** What each process knows by itself is as it was, answered in the same breath. */
  function worksAlone(hints: Hints, own: string): void {
    expect(there(hints)).toContain(own);
    const leave = hints.presence.enter('bank', '30001', 'desk');
    expect(there(hints)).toContain('30001');
    leave();
    for (let n = 0; n < 20; n += 1) expect(hints.rates.take(attempt, LIMIT)).toEqual({ ok: true });
  }

  test.each(['SIGKILL', 'SIGSTOP'] as const)('%s: each process goes on by itself, and shares again', async (signal) => {
    const [one, two] = await sharing();
    if (signal === 'SIGKILL') await server.kill();
    else process.kill(server.pid(), 'SIGSTOP');
    await until(() => !one.condition().shared && !two.condition().shared);
    worksAlone(one, '10001');
    worksAlone(two, '20001');
    if (signal === 'SIGKILL') await server.start();
    else process.kill(server.pid(), 'SIGCONT');
    const leave = one.presence.enter('bank', '40001', 'desk');
    await until(() => there(two).includes('40001') && counts(one, 40) && counts(two, 40));
    leave();
    expect(counts(one, 41)).toBe(false);
  });

  test('never there: nothing waits for it, it is said, and hints are shared once there is one', async () => {
    await server.kill();
    const [one, two] = [open('one'), open('two')];
    one.presence.enter('bank', '10001', 'desk');
    worksAlone(one, '10001');
    await until(() => troubles.includes('ECONNREFUSED') && troubles.includes('redis-away'));
    expect([one.condition(), one.presence.here('bank').complete]).toEqual([{ shared: false }, false]);
    await server.start();
    two.presence.enter('bank', '20001', 'wall');
    await until(() => there(two).includes('10001') && there(one).includes('20001') && counts(two, 20));
  });

  test('FLUSHALL: nobody seems to have gone, and counts are told again', async () => {
    const [one, two] = await sharing();
    worksAlone(one, '10001');
    await until(() => counts(two, 20));
    let absent = 0;
    await admin.flushall();
    await until(() => {
      if (!there(two).includes('10001')) absent += 1;
      worksAlone(one, '10001');
      return counts(two, 60);
    });
    expect(absent).toBe(0);
  });

  test('full: what it takes no more it still tells, and each process goes on by itself', async () => {
    const [one, two] = await sharing();
    await admin.config('SET', 'maxmemory', '1');
    await until(() => troubles.includes('OOM'));
    worksAlone(one, '10001');
    worksAlone(two, '20001');
    expect([one.condition().shared, two.condition().shared]).toEqual([true, true]);
    await admin.config('SET', 'maxmemory', '64mb');
    one.presence.enter('bank', '40001', 'desk');
    await until(() => there(two).includes('40001') && counts(two, 40));
  });

  test('every key names prefix and tenant, and ends by itself', async () => {
    const [one] = await sharing();
    worksAlone(one, '10001');
    await until(() => one.condition().shared);
    const keys = await vi.waitUntil(async () => {
      const found = await admin.keys('*');
      return found.length >= 2 && found;
    });
    expect(keys.filter((key) => !key.startsWith('earshot:{bank}:'))).toEqual([]);
    const lives = await Promise.all(keys.map((key) => admin.pttl(key)));
    expect(lives.filter((ms) => ms <= 0)).toEqual([]);
  });

  test('a policy that throws out what has an end throws out hints, and nothing breaks', async () => {
    const [one, two] = await sharing();
    await admin.config('SET', 'maxmemory-policy', 'volatile-ttl');
    await admin.config('SET', 'maxmemory', '1');
    worksAlone(one, '10001');
    worksAlone(two, '20001');
    await admin.config('SET', 'maxmemory', '64mb');
    await until(() => counts(two, 40) && there(two).includes('10001'));
  });

  test('a wrong password is no reason to fail: it is said, and hints stay here', async () => {
    const address = { url: server.url, password: { reveal: () => 'not the password' } };
    const hints = openRedisHints({ node: 'one', address, onTrouble: (code) => void troubles.push(code) });
    opened.push(hints);
    await until(() => troubles.includes('WRONGPASS'));
    hints.presence.enter('bank', '10001', 'desk');
    worksAlone(hints, '10001');
  });

  test.each([
    'http://127.0.0.1:6379',
    'redis://user:password@127.0.0.1:6379',
    '127.0.0.1:6379',
    'redis://127.0.0.1:6379/x',
  ])('the address %s is refused, without being quoted', (url) => {
    const refused = () => openRedisHints({ node: 'one', address: { url } });
    expect(refused).toThrow(expect.objectContaining({ code: 'redis-url-invalid' }));
    expect(refused).not.toThrow(/user:password/);
  });
});
