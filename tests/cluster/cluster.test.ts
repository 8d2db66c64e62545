import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { redisMissing } from '@earshot/hints/redis-server';
import { createScope, dataFolder } from '@earshot/kit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enginePresent } from '../../scripts/setup.mjs';
import { BY_HAND, isFull, kafkaSuite } from '../kafka/support.js';
import { readDashboard, targetsOf } from '../observe/dashboards.js';
import { runTool, startPrometheus, unlessLongRun } from '../observe/prometheus.js';
import { selectedIn } from '../observe/promql.js';
import { openCall } from '../support/call.js';
import { type Cluster, startCluster } from '../support/cluster.js';
import { runSql } from '../support/operator.js';
import { emptyMemory, faultsOf, LivePage, sessionOf, signIn, visitor } from '../support/person.js';
import { until } from '../support/until.js';

const { title, skip } = await kafkaSuite('npm run cluster', 'npm test');

const noAnalysis = !process.env['EARSHOT_TEST_ALL']
  ? 'in npm run test:all'
  : enginePresent()
    ? ''
    : 'no analysis engine';

const noRedisFaults = redisMissing() ?? (process.env['EARSHOT_TEST_ALL'] ? '' : 'in npm run test:all');

/** A client of the cluster's own Redis, by its key file. */
async function redisOf({ dataDir, parts }: Cluster): Promise<Redis> {
  const address = parts().find(({ name }) => name === 'redis')?.addresses['redis'] ?? '';
  const [host = '', port = ''] = address.split(':');
  const password = dataFolder(dataDir).key('redis').toString('base64url');
  const client = new Redis({ host, port: Number(port), password, lazyConnect: true });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Never 0: a signal to it would be one to these tests. */
function pidOf(cluster: Cluster, part: string): number {
  const pid = cluster.parts().find(({ name }) => name === part)?.pid ?? 0;
  if (pid === 0) throw new Error(`${part} does not run`);
  return pid;
}

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(skip)(title, () => {
  const scope = createScope();
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster(scope, [
      '--replicas',
      'rule-engine=2,console=2',
      ...(noAnalysis ? ['--no-analysis'] : []),
    ]);
  });
  afterAll(() => scope.close(20_000));

  test('names every process, and says at which address the broker is ready', () => {
    const stores = ['kafka', ...(redisMissing() === undefined ? ['redis'] : [])];
    const parts = [...stores, 'ingest-1', 'rule-engine-1', 'rule-engine-2', 'sentiment-1', 'alert-1'];
    parts.push('console-1', 'console-2');
    const analysis = noAnalysis ? [] : ['analytics-1', 'clickhouse'];
    expect(cluster.parts().map(({ name }) => name)).toEqual([...parts, ...analysis]);
    expect(cluster.parts().every(({ pid }) => isRunning(pid))).toBe(true);
    for (const { name, pid } of cluster.parts())
      expect(cluster.said()).toMatch(new RegExp(`^ {2}${name} +${pid} `, 'm'));
    expect(cluster.said()).toContain(`ready: Kafka at ${cluster.kafka}`);
  });

  test('one utterance at the gRPC door becomes an alert on a live page, in whichever process it is judged', async () => {
    const wall = await LivePage.open(await signIn(cluster, '30001'), 'wall');
    scope.defer('page', () => wall.close());
    const ids = Array.from({ length: 6 }, (_, n) => `call-${n}`);
    for (const id of ids) {
      const call = await openCall(scope, cluster, id);
      await call.say('customer', '我要打12378投诉');
    }
    const shown = () => new Set([...wall.memory.open.values()].map(({ conversationId }) => conversationId));
    await until(() => ids.every((id) => shown().has(id)), 'alerts of all calls');
    const versions = wall.memory.applied.map(({ id, version }) => JSON.stringify([id, version]));
    expect(new Set(versions).size).toBe(versions.length);
  });

  test.skipIf(unlessLongRun !== '')(
    `a Prometheus finds every process by the file of targets, and their figures in order${unlessLongRun}`,
    async () => {
      const targets = JSON.parse(readFileSync(join(cluster.dataDir, 'targets.json'), 'utf8')) as {
        targets: string[];
      }[];
      const prometheus = await startPrometheus(scope, targets);
      const found = await until(async () => {
        const all = await prometheus.targets();
        return all.length === targets.length && all.every(({ health }) => health === 'up') && all;
      }, 'every target up');
      const services = ['ingest', 'rule-engine', 'rule-engine', 'sentiment', 'alert', 'console', 'console'];
      expect(found.map(({ labels }) => labels['service']).sort()).toEqual(
        [...services, ...(noAnalysis ? [] : ['analytics'])].sort(),
      );
      const texts = await Promise.all(found.map(async ({ scrapeUrl }) => (await fetch(scrapeUrl)).text()));
      for (const text of texts)
        expect(await runTool('/usr/bin/promtool', ['check', 'metrics'], text)).toEqual({ code: 0, said: '' });
      const exported = new Set(texts.flatMap((text) => [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)));
      const asked = targetsOf(readDashboard('operations')).flatMap(({ target }) => selectedIn(target.expr ?? ''));
      const names = asked.map(({ metric }) => metric.replace(/_(bucket|sum|count)$/, ''));
      expect(names.filter((name) => name !== 'up' && !exported.has(name))).toEqual([]);
      const groups = async () => {
        const lags = await prometheus.ask('max by (group) (earshot_log_lag_seconds)');
        return lags.every(({ value }) => value < 3) && lags.map(({ labels }) => labels['group']);
      };
      const road = ['alert', 'alert-deliveries', 'history', 'ingest', 'rule-engine', 'sentiment', 'tail'];
      expect((await until(groups, 'nobody behind')).sort()).toEqual(
        [...road, ...(noAnalysis ? [] : ['analytics'])].sort(),
      );
    },
  );

  describe('two consoles', () => {
    const consoleAt = (n: 1 | 2) =>
      cluster.parts().find(({ name }) => name === `console-${n}`)?.addresses['http'] ?? '';
    const at = (n: 1 | 2, { cookie }: { cookie: string }) => visitor(consoleAt(n), cookie);
    const seenBy = (page: LivePage, conversationId: string) =>
      [...page.memory.open.values()].find((one) => one.conversationId === conversationId);

    test('the table has both addresses, a session is good at both, and each sees who is at the other', async () => {
      expect(new Set([consoleAt(1), consoleAt(2)]).size).toBe(2);
      for (const n of [1, 2] as const) expect(cluster.said()).toContain(consoleAt(n));
      const boss = await sessionOf(cluster, '30001');
      const wall = await LivePage.open(at(2, boss), 'wall');
      scope.defer('page', () => wall.close());
      if (redisMissing() !== undefined) return;
      const online = async () => ((await (await at(1, boss).get('/v1/presence')).json()) as { here: number }).here;
      await until(async () => (await online()) > 0, 'who is at the other console', 30_000);
    });

    test('of two who claim at once at two consoles one has it, and both see who', async () => {
      const people = [await sessionOf(cluster, '20001'), await sessionOf(cluster, '30001')];
      const walls = await Promise.all(people.map((who, n) => LivePage.open(at(n === 0 ? 1 : 2, who), 'wall')));
      for (const wall of walls) scope.defer('page', () => wall.close());
      const call = await openCall(scope, cluster, 'claimed-twice');
      await call.say('customer', '我要打12378投诉');
      const { conversationId } = call;
      const claimedAt = (wall: LivePage) => seenBy(wall, conversationId)?.claimedBy;
      await until(() => walls.every((wall) => seenBy(wall, conversationId) !== undefined), 'the alert on both walls');
      const alertId = seenBy(walls[0] as LivePage, conversationId)?.id ?? '';
      await Promise.all(
        walls.map((wall, n) => wall.act({ requestId: `r${n}`, conversationId, alertId, action: { kind: 'claim' } })),
      );
      await until(() => walls.every((wall) => claimedAt(wall) !== undefined), 'the claim on both walls');
      expect(new Set(walls.map(claimedAt)).size).toBe(1);
    });

    test('rules published at either are in force at both', async () => {
      const hashAt = async (n: 1 | 2) =>
        ((await (await operatorAt(n, 'GET', '/v1/rules')).json()) as { hash: string }).hash;
      const operatorAt = (n: 1 | 2, method: string, path: string, body?: unknown) =>
        fetch(consoleAt(n) + path, {
          method,
          headers: { authorization: `Bearer ${cluster.adminToken}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
      const before = await hashAt(1);
      const rules =
        'rules:\n  - id: one\n    title: t\n    severity: low\n    when: { phrases: [骗子] }\n    prompt: { what: w, next: n }\n';
      const set = { files: { 'one.yaml': rules }, appliesToRunning: false, why: 'test' };
      const published = (await (await operatorAt(2, 'POST', '/v1/rules/publish', set)).json()) as { hash: string };
      await until(async () => (await hashAt(1)) === published.hash, 'the new rules at console 1');
      expect((await operatorAt(1, 'POST', '/v1/rules/rollback', { to: before, why: 'test' })).status).toBe(200);
      await until(async () => (await hashAt(2)) === before, 'the former rules at console 2');
    });

    test('a browser whose console dies goes on at the other: each alert once, in order', async () => {
      const memory = emptyMemory();
      const boss = await sessionOf(cluster, '30001');
      const before = await LivePage.open(at(2, boss), 'wall', memory);
      scope.defer('page', () => before.close());
      const said = async (id: string) => {
        const call = await openCall(scope, cluster, id);
        await call.say('customer', '我要打12378投诉');
        return call.conversationId;
      };
      const first = await said('before-the-move');
      await until(() => seenBy(before, first) !== undefined, 'the first alert');
      process.kill(pidOf(cluster, 'console-2'), 'SIGKILL');
      await until(() => before.closed !== undefined, 'the end of the connection');
      const second = await said('while-moving');
      const after = await LivePage.open(at(1, boss), 'wall', memory);
      scope.defer('page', () => after.close());
      expect(after.heard.filter(({ type }) => type === 'error')).toEqual([]);
      await until(() => seenBy(after, second) !== undefined, 'the second alert');
      expect(seenBy(after, first)).toBeDefined();
      expect(faultsOf(memory)).toEqual({ doubled: 0, inverted: 0 });
    });
  });

  test('a service that is killed is started again and goes on where it was', async () => {
    const wall = await LivePage.open(await signIn(cluster, '20001'), 'wall');
    scope.defer('page', () => wall.close());
    for (const { name, pid } of cluster.parts()) if (name.startsWith('rule-engine')) process.kill(pid, 'SIGKILL');
    const call = await openCall(scope, cluster, 'after-the-kill');
    await call.say('customer', '我要打12378投诉');
    const shown = () => [...wall.memory.open.values()].some((one) => one.conversationId === call.conversationId);
    await until(shown, 'the alert', 40_000);
    await until(() => /rule-engine-\d is back/.test(cluster.said()), 'the word that it is back');
  });

  test.skipIf(noRedisFaults !== '')(
    `Redis frozen, killed, emptied or full: every alert comes${noRedisFaults && ` [skipped: ${noRedisFaults}]`}`,
    async () => {
      const wall = await LivePage.open(await sessionOf(cluster, '30001'), 'wall');
      scope.defer('page', () => wall.close());
      const redis = await redisOf(cluster);
      scope.defer('redis client', async () => redis.disconnect());
      const faults: Record<string, () => unknown> = {
        frozen: () => process.kill(pidOf(cluster, 'redis'), 'SIGSTOP'),
        thawed: () => process.kill(pidOf(cluster, 'redis'), 'SIGCONT'),
        emptied: () => redis.flushall(),
        full: () => redis.config('SET', 'maxmemory', '1'),
        killed: () => process.kill(pidOf(cluster, 'redis'), 'SIGKILL'),
      };
      const alerted = () => new Set([...wall.memory.open.values()].map(({ conversationId }) => conversationId));
      const said: string[] = [];
      for (const [name, inject] of Object.entries(faults)) {
        await inject();
        for (const n of [1, 2, 3]) {
          const call = await openCall(scope, cluster, `redis-${name}-${n}`);
          await call.say('customer', '我要打12378投诉');
          said.push(call.conversationId);
        }
        await until(() => said.every((id) => alerted().has(id)), `alerts while Redis is ${name}`);
      }
      expect(faultsOf(wall.memory)).toEqual({ doubled: 0, inverted: 0 });
      await until(() => cluster.said().includes('Redis is back'), 'the word that Redis is back');
    },
  );

  test.skipIf(!isFull)(
    `what is said while Kafka is dead is acknowledged, and becomes an alert when it is back${isFull ? '' : ` [skipped: ${BY_HAND}]`}`,
    async () => {
      const wall = await LivePage.open(await signIn(cluster, '40001'), 'wall');
      scope.defer('page', () => wall.close());
      const call = await openCall(scope, cluster, 'through-the-outage');
      process.kill(pidOf(cluster, 'kafka'), 'SIGKILL');
      await call.say('customer', '我要打12378投诉');
      const shown = () => [...wall.memory.open.values()].some((one) => one.conversationId === call.conversationId);
      await until(shown, 'the alert', 50_000);
      expect(cluster.said()).toContain('Kafka is back');
    },
  );

  test.skipIf(noAnalysis)(
    `what was said lands in the tables that the operator asks${noAnalysis && ` [skipped: ${noAnalysis}]`}`,
    async () => {
      const landed = async () => {
        const asked = runSql(cluster, 'SELECT count(DISTINCT conversation_id) AS n FROM earshot.utterances');
        const rows = await asked.catch(() => []);
        return Number((rows[0] as { n?: unknown } | undefined)?.n ?? 0);
      };
      await until(async () => (await landed()) >= 7, 'the conversations', 30_000);
    },
  );

  test('Ctrl-C stops every process, and says so', async () => {
    const pids = cluster.parts().map(({ pid }) => pid);
    expect(await cluster.interrupt()).toBe(0);
    expect(cluster.said()).toContain('The cluster has stopped.');
    await until(() => !pids.some(isRunning), 'all gone');
  });
});
