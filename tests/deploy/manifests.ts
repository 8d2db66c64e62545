import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { DEPLOY, fate, KUSTOMIZE, PYTHON_PACKAGES, ROOT, run } from './tools.js';

/** The parts of a Kubernetes object that the tests look at. */
export interface Manifest {
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  spec?: Record<string, unknown>;
  data?: Record<string, string>;
}

export interface Container {
  image: string;
  args: string[];
  env?: { name: string; value?: string }[];
  envFrom?: { configMapRef: { name: string } }[];
  securityContext?: Record<string, unknown>;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  startupProbe?: unknown;
  livenessProbe?: { httpGet: { path: string; port: string } };
  readinessProbe?: { httpGet: { path: string; port: string } };
}

export interface Pod {
  containers: [Container];
  securityContext?: Record<string, unknown>;
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  volumes?: {
    name: string;
    secret?: { secretName: string; items?: { key: string; path: string }[] };
    configMap?: { name: string };
  }[];
}

/** Schemas of this version of Kubernetes. */
const VERSION = '1.33';

export const OVERLAYS = ['small', 'production'] as const;

/** The objects of an overlay of `kubernetes`, a copy of deploy/kubernetes with made secrets. */
export async function build(kubernetes: string, overlay: string): Promise<Manifest[]> {
  const [command, ...words] = KUSTOMIZE ?? ['kustomize'];
  const { stdout } = await run(command, [...words, join(kubernetes, overlay)], { maxBuffer: 16 * 1024 * 1024 });
  // As Kubernetes reads it: 0440 is octal.
  return parseAllDocuments(stdout, { version: '1.1' }).map((one) => one.toJS() as Manifest);
}

export const makeSecrets = (folder: string) => fate(join(DEPLOY, 'make-secrets'), [folder]);

/** One sentence for each object that Kubernetes would not take; what the schemas do not know is left out. */
export async function schemaFaults(manifests: readonly Manifest[]): Promise<string[]> {
  const child = spawn('python3', [join(ROOT, 'tests/deploy/validate.py'), VERSION], {
    env: { ...process.env, PYTHONPATH: PYTHON_PACKAGES },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (bytes: Buffer) => (said += bytes.toString()));
  child.stdin.end(JSON.stringify(manifests.filter(({ kind }) => kind !== 'ScaledObject')));
  const [code] = (await once(child, 'close')) as [number];
  const lines = said.split('\n').filter((line) => line !== '');
  return code === 0 ? lines : [`the check itself failed: ${said}`];
}

export const ofKind = (manifests: readonly Manifest[], kind: string) => manifests.filter((one) => one.kind === kind);

/** Every pod that an overlay makes, by the name of what makes it. */
export function podsOf(manifests: readonly Manifest[]): [string, Pod][] {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    if (kind !== 'StatefulSet' && kind !== 'Job') return [];
    const { template } = spec as { template: { spec: Pod } };
    return [[metadata.name, template.spec] as [string, Pod]];
  });
}
