import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createScope } from '@earshot/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enginePresent } from '../../scripts/setup.mjs';
import { BY_HAND, isFull, kafkaSuite } from '../kafka/support.js';
import { readDashboard, targetsOf } from '../observe/dashboards.js';
import { runTool, startPrometheus, unlessLongRun } from '../observe/prometheus.js';
import { selectedIn } from '../observe/promql.js';
import { openCall } from '../support/call.js';
import { type Cluster, startCluster } from '../support/cluster.js';
import { runSql } from '../support/operator.js';
import { LivePage, signIn } from '../support/person.js';
import { until } from '../support/until.js';

const { title, skip } = await kafkaSuite('npm run cluster', 'npm test');

const noAnalysis = !process.env['EARSHOT_TEST_ALL']
  ? 'in npm run test:all'
  : enginePresent()
    ? ''
    : 'no analysis engine';

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
    cluster = await startCluster(scope, ['--replicas', 'rule-engine=2', ...(noAnalysis ? ['--no-analysis'] : [])]);
  });
  afterAll(() => scope.close(20_000));

  test('names every process, and says at which address the broker is ready', () => {
    const parts = ['kafka', 'ingest-1', 'rule-engine-1', 'rule-engine-2', 'sentiment-1', 'alert-1', 'console-1'];
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
      const services = ['ingest', 'rule-engine', 'rule-engine', 'sentiment', 'alert', 'console'];
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
      const road = ['alert', 'alert-deliveries', 'history', 'rule-engine', 'sentiment', 'tail'];
      expect((await until(groups, 'nobody behind')).sort()).toEqual(
        [...road, ...(noAnalysis ? [] : ['analytics'])].sort(),
      );
    },
  );

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

  test.skipIf(!isFull)(
    `what is said while Kafka is dead is acknowledged, and becomes an alert when it is back${isFull ? '' : ` [skipped: ${BY_HAND}]`}`,
    async () => {
      const wall = await LivePage.open(await signIn(cluster, '40001'), 'wall');
      scope.defer('page', () => wall.close());
      const call = await openCall(scope, cluster, 'through-the-outage');
      process.kill(cluster.parts().find(({ name }) => name === 'kafka')?.pid ?? 0, 'SIGKILL');
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
