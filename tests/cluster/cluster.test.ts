import { createScope } from '@earshot/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kafkaSuite } from '../kafka/support.js';
import { openCall } from '../support/call.js';
import { type Cluster, startCluster } from '../support/cluster.js';
import { LivePage, signIn } from '../support/person.js';
import { until } from '../support/until.js';

const { title, skip } = await kafkaSuite('npm run cluster', 'npm test');

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
    cluster = await startCluster(scope, ['--replicas', 'rule-engine=2']);
  });
  afterAll(() => scope.close(20_000));

  test('names every process, and the broker it says is ready answers', () => {
    const parts = ['kafka', 'ingest-1', 'rule-engine-1', 'rule-engine-2', 'sentiment-1', 'alert-1', 'console-1'];
    expect([...cluster.pids.keys()]).toEqual(parts);
    expect([...cluster.pids.values()].every(isRunning)).toBe(true);
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

  test('a service that is killed is started again and goes on where it was', async () => {
    const wall = await LivePage.open(await signIn(cluster, '20001'), 'wall');
    scope.defer('page', () => wall.close());
    for (const name of ['rule-engine-1', 'rule-engine-2']) process.kill(cluster.pids.get(name) ?? 0, 'SIGKILL');
    const call = await openCall(scope, cluster, 'after-the-kill');
    await call.say('customer', '我要打12378投诉');
    const shown = () => [...wall.memory.open.values()].some((one) => one.conversationId === call.conversationId);
    await until(shown, 'the alert', 40_000);
    await until(() => /rule-engine-\d is back/.test(cluster.said()), 'the word that it is back');
  });

  test('Ctrl-C stops every process, and says so', async () => {
    expect(await cluster.interrupt()).toBe(0);
    expect(cluster.said()).toContain('The cluster has stopped.');
    await until(() => ![...cluster.pids.values()].some(isRunning), 'all gone');
  });
});
