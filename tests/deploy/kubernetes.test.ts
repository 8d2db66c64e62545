import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, type Manifest, makeSecrets, OVERLAYS, ofKind, podsOf, schemaFaults } from './manifests.js';
import { knownSettings, settingFaults } from './settings.js';
import { DEPLOY, fate, KUSTOMIZE, noKustomize, noPythonPackages, withTools } from './tools.js';

/** A process has this long to stop. */
const STOPS_WITHIN_S = 10;

const { title, skip } = withTools('Kubernetes', [noKustomize, noPythonPackages]);
describe.skipIf(skip)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-kubernetes-'));
  const built = new Map<string, Manifest[]>();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    cpSync(join(DEPLOY, 'kubernetes'), folder, { recursive: true });
    for (const overlay of OVERLAYS) {
      expect(await makeSecrets(join(folder, overlay))).toMatchObject({ code: 0 });
      built.set(overlay, await build(folder, overlay));
    }
  });

  describe.each(OVERLAYS)('%s', (overlay) => {
    const all = () => built.get(overlay) ?? [];

    test('is what Kubernetes takes, and a misspelt field would not be', async () => {
      expect(all().length).toBeGreaterThan(25);
      expect(await schemaFaults(all())).toEqual([]);
      const [first] = ofKind(all(), 'StatefulSet');
      const wrong = { ...first!, spec: { ...first!.spec, replica: 2 } };
      expect(await schemaFaults([wrong])).toHaveLength(1);
    });

    test('every pod runs as nobody in particular, writes nowhere and has no rights', () => {
      const pods = podsOf(all());
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
      const services = podsOf(all()).filter(([name]) => name !== 'prepare');
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
      const budgets = ofKind(all(), 'PodDisruptionBudget').map(({ metadata }) => metadata.name);
      expect(budgets.sort()).toEqual(services.map(([name]) => name).sort());
    });

    test('what ingest acknowledged while Kafka was away outlives its pod', () => {
      const set = ofKind(all(), 'StatefulSet').find(({ metadata }) => metadata.name === 'ingest');
      expect(set?.spec).toMatchObject({
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      });
    });

    test('every program is told settings that it knows, and no secret but in a file that is there', async () => {
      const keys = new Map(ofKind(all(), 'Secret').map(({ metadata, data }) => [metadata.name, data ?? {}]));
      const told = new Map(ofKind(all(), 'ConfigMap').map(({ metadata, data }) => [metadata.name, data ?? {}]));
      const anybody = new Set<string>();
      // All are asked at once: each is a start of Node.
      const pods = podsOf(all());
      await Promise.all(pods.map(([, { containers }]) => knownSettings(containers[0].args[0] ?? '')));
      for (const [name, pod] of pods) {
        const [{ args, env = [], envFrom }] = pod.containers;
        const program = args[0] ?? '';
        const own = env.map((one) => one.name);
        expect(await settingFaults(program, own), name).toEqual([]);
        for (const one of (await knownSettings(program)).names) anybody.add(one);
        expect(told.has(envFrom?.[0]?.configMapRef.name ?? ''), name).toBe(true);
        const secret = pod.volumes?.find((one) => one.name === 'secrets')?.secret;
        const files = (secret?.items ?? []).map(({ path }) => `/run/secrets/${path}`);
        const wanted = env.filter((one) => one.name.endsWith('_FILE')).map(({ value }) => value);
        expect(files.sort(), name).toEqual(wanted.sort());
        if (overlay === 'small') {
          for (const { key } of secret?.items ?? []) expect(keys.get(secret?.secretName ?? '')).toHaveProperty(key);
        }
      }
      const common = [...told].flatMap(([name, data]) =>
        name.startsWith('earshot-settings') ? Object.keys(data) : [],
      );
      expect(common.length).toBeGreaterThan(5);
      expect(common.filter((name) => !anybody.has(name))).toEqual([]);
    });

    test('where nothing else is said nothing goes in or out', () => {
      const policies = ofKind(all(), 'NetworkPolicy');
      expect(policies.map(({ spec }) => spec)).toContainEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
      for (const { spec } of policies) {
        // An empty rule lets everybody in.
        for (const rule of (spec?.['ingress'] ?? []) as { from?: unknown[] }[])
          expect(rule.from?.length).toBeGreaterThan(0);
      }
    });
  });

  test('production grows by what waits in Kafka, never below one nor beyond the partitions', () => {
    const manifests = built.get('production') ?? [];
    const settings = ofKind(manifests, 'ConfigMap').find(({ metadata }) =>
      metadata.name.startsWith('earshot-settings'),
    );
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
              topic: expect.stringMatching(/^earshot\.(conversations|cases)\.v1$/),
              lagThreshold: expect.stringMatching(/^[1-9]\d*$/),
            },
          },
        ],
      });
      const [counted] = (spec?.['triggers'] ?? []) as { metadata: { consumerGroup: string; topic: string } }[];
      expect(counted?.metadata.consumerGroup).toBe(`${metadata.name}.${counted?.metadata.topic}`);
      expect(Number(spec?.['minReplicaCount'])).toBeGreaterThanOrEqual(1);
      expect(Number(spec?.['maxReplicaCount'])).toBeLessThanOrEqual(partitions);
      const target = ofKind(manifests, 'StatefulSet').find((one) => one.metadata.name === metadata.name);
      expect(target?.spec).not.toHaveProperty('replicas');
    }
  });

  test('a secret that was not made is named, in a folder that says what makes it', async () => {
    rmSync(join(folder, 'small', 'made-by-make-secrets/mask-key'));
    const [command, ...words] = KUSTOMIZE ?? ['kustomize'];
    const { code, said } = await fate(command, [...words, join(folder, 'small')]);
    expect(code).not.toBe(0);
    expect(said).toContain('made-by-make-secrets/mask-key');
  });
});
