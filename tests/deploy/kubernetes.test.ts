import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, type Manifest, makeSecrets, ofKind, OVERLAYS, podsOf, schemaFaults } from './manifests.js';
import { knownSettings, settingFaults } from './settings.js';
import { DEPLOY, fate, KUSTOMIZE, noKustomize, noPythonPackages, withTools } from './tools.js';

/** A process has this long to stop. */
const STOPS_WITHIN_S = 10;

const { title, skip } = withTools('Kubernetes', [noKustomize, noPythonPackages]);
describe.skipIf(skip).each(OVERLAYS)(`${title}: %s`, (overlay) => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-kubernetes-'));
  let manifests: Manifest[] = [];
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    cpSync(join(DEPLOY, 'kubernetes'), folder, { recursive: true });
    expect(await makeSecrets(join(folder, overlay))).toMatchObject({ code: 0 });
    manifests = await build(folder, overlay);
  });

  test('is what Kubernetes takes, and a misspelt field would not be', async () => {
    expect(manifests.length).toBeGreaterThan(25);
    expect(await schemaFaults(manifests)).toEqual([]);
    const [first] = ofKind(manifests, 'StatefulSet');
    const wrong = { ...first!, spec: { ...first!.spec, replica: 2 } };
    expect(await schemaFaults([wrong])).toHaveLength(1);
  });

  test('every pod runs as nobody in particular, writes nowhere and has no rights', () => {
    const pods = podsOf(manifests);
    expect(pods.map(([name]) => name).sort()).toEqual(
      ['alert', 'analytics', 'console', 'ingest', 'prepare', 'rule-engine', 'sentiment'].sort(),
    );
    for (const [name, pod] of pods) {
      expect(pod.securityContext, name).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.automountServiceAccountToken, name).toBe(false);
      expect(pod.containers[0].securityContext, name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(pod.containers[0].resources?.limits, name).toHaveProperty('memory');
      expect(pod.containers[0].resources?.requests, name).toHaveProperty('cpu');
    }
  });

  test('every service is asked whether it lives and is ready, may stop in its own time, and keeps its name', () => {
    const services = podsOf(manifests).filter(([name]) => name !== 'prepare');
    for (const [name, pod] of services) {
      const [container] = pod.containers;
      expect(container.livenessProbe?.httpGet, name).toEqual({ path: '/livez', port: 'ops' });
      expect(container.readinessProbe?.httpGet, name).toEqual({ path: '/readyz', port: 'ops' });
      expect(container.startupProbe, name).toBeDefined();
      expect(pod.terminationGracePeriodSeconds, name).toBeGreaterThan(STOPS_WITHIN_S);
      expect(container.env, name).toContainEqual({
        name: 'EARSHOT_NODE',
        valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
      });
    }
    const budgets = ofKind(manifests, 'PodDisruptionBudget').map(({ metadata }) => metadata.name);
    expect(budgets.sort()).toEqual(services.map(([name]) => name).sort());
  });

  test("what ingest acknowledged while Kafka was away, and who is signed in, outlive their pods", () => {
    for (const name of ['ingest', 'console']) {
      const set = ofKind(manifests, 'StatefulSet').find(({ metadata }) => metadata.name === name);
      expect(set?.spec).toMatchObject({
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      });
    }
  });

  test('every program is told settings that it knows, and no secret but in a file that is there', async () => {
    const keys = new Map(ofKind(manifests, 'Secret').map(({ metadata, data }) => [metadata.name, data ?? {}]));
    const told = new Map(ofKind(manifests, 'ConfigMap').map(({ metadata, data }) => [metadata.name, data ?? {}]));
    const anybody = new Set<string>();
    for (const [name, pod] of podsOf(manifests)) {
      const [container] = pod.containers;
      const program = container.args[0] ?? '';
      expect(await settingFaults(program, (container.env ?? []).map((one) => one.name)), name).toEqual([]);
      for (const one of (await knownSettings(program)).names) anybody.add(one);
      expect(told.has(container.envFrom?.[0]?.configMapRef.name ?? ''), name).toBe(true);
      const secret = pod.volumes?.find((one) => one.name === 'secrets')?.secret;
      if (overlay === 'small' && secret) expect(keys.has(secret.secretName), name).toBe(true);
    }
    const common = [...told].flatMap(([name, data]) => (name.startsWith('earshot-settings') ? Object.keys(data) : []));
    expect(common.length).toBeGreaterThan(5);
    expect(common.filter((name) => !anybody.has(name))).toEqual([]);
  });

  test('where nothing else is said nothing goes in or out', () => {
    const policies = ofKind(manifests, 'NetworkPolicy');
    expect(policies.map(({ spec }) => spec)).toContainEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    for (const { spec } of policies) {
      // An empty rule lets everybody in.
      for (const rule of (spec?.['ingress'] ?? []) as { from?: unknown[] }[]) expect(rule.from?.length).toBeGreaterThan(0);
    }
  });

  test.runIf(overlay === 'small')('a secret that was not made is named, in a folder that says what makes it', async () => {
    rmSync(join(folder, overlay, 'made-by-make-secrets/mask-key'));
    const [command, ...words] = KUSTOMIZE ?? ['kustomize'];
    const { code, said } = await fate(command, [...words, join(folder, overlay)]);
    expect(code).not.toBe(0);
    expect(said).toContain('made-by-make-secrets/mask-key');
  });

  test.runIf(overlay === 'production')('it grows by what waits in Kafka, never below one nor beyond the partitions', () => {
    const settings = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name.startsWith('earshot-settings'));
    const partitions = Number(settings?.data?.['EARSHOT_PARTITIONS']);
    const scaled = ofKind(manifests, 'ScaledObject');
    expect(scaled.map(({ metadata }) => metadata.name).sort()).toEqual(['alert', 'rule-engine', 'sentiment']);
    for (const { metadata, spec } of scaled) {
      expect(spec).toMatchObject({
        scaleTargetRef: { kind: 'StatefulSet', name: metadata.name },
        triggers: [
          {
            type: 'kafka',
            metadata: {
              bootstrapServers: settings?.data?.['EARSHOT_BROKERS'],
              consumerGroup: metadata.name,
              topic: expect.stringMatching(/^earshot\.(conversations|cases)\.v1$/),
              lagThreshold: expect.stringMatching(/^[1-9]\d*$/),
            },
          },
        ],
      });
      expect(Number(spec?.['minReplicaCount'])).toBeGreaterThanOrEqual(1);
      expect(Number(spec?.['maxReplicaCount'])).toBeLessThanOrEqual(partitions);
      const target = ofKind(manifests, 'StatefulSet').find((one) => one.metadata.name === metadata.name);
      expect(target?.spec).not.toHaveProperty('replicas');
    }
  });
});
