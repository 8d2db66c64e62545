import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createScope } from '@earshot/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kafkaSuite } from '../kafka/support.js';
import type { Cluster } from '../support/cluster.js';
import { type Product, temporaryFolder } from '../support/product.js';
import { playScenario, readScenarios } from '../support/scenarios.js';
import { until } from '../support/until.js';
import { differences } from './outcome.js';
import { comparedRules, ownersOf, putRules, readOutcome, settled, startAlone, startSpread } from './same.js';
import { tellTalks } from './talks.js';

const { title, skip } = await kafkaSuite('one process and a cluster with three rule engines', 'test:all');
const UTTERANCES = 3_000;
const TALKS = { seed: 11, utterances: UTTERANCES, name: 'same', open: 100 };
const scenarios = readScenarios();
const agentOf = (i: number) => String(10_001 + i);
const PEOPLE = `
tenant: demo
units: [{ id: centre, name: centre }]
people:
${scenarios.map((_, i) => `  - { staffNumber: "${agentOf(i)}", name: 坐席, roles: [agent], unit: centre }`).join('\n')}
`;
const compared = comparedRules();

describe.skipIf(skip)(title, () => {
  const scope = createScope();
  let one: Product;
  let cluster: Cluster;
  beforeAll(async () => {
    const [own, shared] = ['same-one', 'same-cluster'].map((name) => temporaryFolder(scope, name)) as [string, string];
    for (const dataDir of [own, shared]) {
      putRules(dataDir);
      writeFileSync(join(dataDir, 'people.yaml'), PEOPLE);
    }
    cluster = await startSpread(scope, shared, 3);
    one = await startAlone(scope, own);
  });
  afterAll(() => scope.close(20_000));

  test('find and tell the same of every scenario', { timeout: 120_000 }, async () => {
    const [alone, spread] = await Promise.all([played(one), played(cluster)]);
    expect(alone.findings.size).toBeGreaterThanOrEqual(scenarios.length);
    expect(differences(alone, spread).slice(0, 20)).toEqual([]);
  });

  test(`and of ${UTTERANCES} utterances, with an engine killed in the middle: no difference`, {
    timeout: 240_000,
  }, async () => {
    const [here, there] = await Promise.all([tellTalks(TALKS, one.grpcAddress), tellWithKill(cluster)]);
    expect([here.refused, there.refused]).toEqual([[], []]);
    expect([here.events, here.utterances]).toEqual([there.events, there.utterances]);
    expect(here.utterances).toBeGreaterThanOrEqual(UTTERANCES);
    await Promise.all([one, cluster].map(settled));
    const alone = await readOutcome(one, { startedMs: here.startedMs, ...compared.talks });
    const spread = await readOutcome(cluster, { startedMs: there.startedMs, ...compared.talks });
    expect(alone.findings.size).toBeGreaterThan(UTTERANCES / 10);
    expect(alone.alerts.size).toBeGreaterThan(UTTERANCES / 10);
    expect(differences(alone, spread).slice(0, 20)).toEqual([]);
    expect([...(await ownersOf(cluster, 'rule-engine'))].sort()).toEqual([1, 2, 3].map((n) => `rule-engine-${n}`));

    // A zero means nothing unless one finding less is seen.
    const [missing = ''] = spread.findings.keys();
    spread.findings.delete(missing);
    expect(differences(alone, spread)).toEqual([expect.stringContaining(missing)]);
  });

  /** One engine dies in the middle; resolves when it is back. */
  async function tellWithKill(to: Cluster) {
    let killed = false;
    const sent = await tellTalks(TALKS, to.grpcAddress, (events) => {
      if (killed || events < UTTERANCES) return;
      killed = true;
      const victim = to.parts().find((part) => part.name === 'rule-engine-2');
      if (victim) process.kill(victim.pid, 'SIGKILL');
    });
    await until(() => to.said().includes('rule-engine-2 is back'), 'the killed engine', 60_000);
    return sent;
  }

  async function played(product: Product | Cluster) {
    const all = await Promise.all(
      scenarios.map(async ({ scenario }, i) => {
        const agent = { ...scenario.agent, staffNumber: agentOf(i) };
        return playScenario({ ...scenario, agent }, product.grpcAddress);
      }),
    );
    await settled(product);
    const startedMs = new Map(all.map(({ conversationId, startMs }) => [conversationId, startMs]));
    return readOutcome(product, { startedMs, ...compared.scenarios });
  }
});
