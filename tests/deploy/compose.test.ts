import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { PRODUCT_NODE_FLAGS } from '../../scripts/lib/product-flags.mjs';
import { inRepo } from '../docs/markdown.js';
import { knownSettings, settingFaults } from './settings.js';
import { DEPLOY, fate, noCompose, noPythonPackages, PYTHON_PACKAGES, run, withTools } from './tools.js';

interface ComposeService {
  profiles: string[];
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  secrets?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  healthcheck?: { disable?: boolean };
}

const text = readFileSync(join(DEPLOY, 'compose.yaml'), 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image.startsWith('earshot-'));
const inProfile = (profile: string) =>
  services.filter(([, { profiles }]) => profiles.includes(profile)).map(([name]) => name);

const STORES = ['clickhouse', 'kafka', 'redis'];
const SERVICES = ['alert', 'analytics', 'console', 'ingest', 'prepare', 'rule-engine', 'sentiment'];

test('lite is one container, stores are three, full is all that a cluster needs', () => {
  expect(inProfile('lite')).toEqual(['lite']);
  expect(inProfile('stores').sort()).toEqual(STORES);
  expect(inProfile('full').sort()).toEqual([...STORES, ...SERVICES, 'alertmanager', 'grafana', 'prometheus'].sort());
});

test('who names no profile gets lite', () => {
  expect(readFileSync(join(DEPLOY, '.env'), 'utf8')).toMatch(/^COMPOSE_PROFILES=lite$/m);
});

test.each(ours)('%s can write nowhere, has no rights and says how it is', (name, one) => {
  expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  expect(one.healthcheck?.disable ?? false).toBe(name === 'prepare');
});

test('each is told settings that it knows, and no secret but in a file', async () => {
  const program = (one: ComposeService) => one.command?.[0] ?? 'services/standalone/dist/main.js';
  // All are asked at once: each is a start of Node.
  await Promise.all(ours.map(([, one]) => knownSettings(program(one))));
  for (const [name, one] of ours) {
    const settings = Object.entries(one.environment ?? {});
    const names = settings.map(([key]) => key);
    expect(await settingFaults(program(one), names), name).toEqual([]);
    const files = settings.filter(([key]) => key.endsWith('_FILE')).map(([, path]) => path);
    expect(files.sort(), name).toEqual((one.secrets ?? []).map((secret) => `/run/secrets/${secret}`).sort());
  }
});

test('a setting that nobody knows and a secret in the open would be found', async () => {
  const faults = await settingFaults('services/ingest/dist/main.js', ['EARSHOT_SPOOL_DIRECTORY', 'EARSHOT_MASK_KEY']);
  expect(faults).toHaveLength(2);
});

test('nothing is published beyond this machine', () => {
  const ports = services.flatMap(([, one]) => one.ports ?? []);
  expect(ports.length).toBeGreaterThan(5);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('every secret and every mounted file is made by make-secrets or comes with the repository', async () => {
    await run(join(DEPLOY, 'make-secrets'), [folder]);
    const mounted = services.flatMap(([, one]) => one.volumes ?? []).map((mount) => mount.split(':')[0] ?? '');
    const files = [...Object.values(compose.secrets).map(({ file }) => file), ...mounted];
    const made = await run('find', ['.', '-type', 'f', '-o', '-type', 'd'], { cwd: folder });
    const paths = files.filter((path) => path.startsWith('./'));
    expect(paths.length).toBeGreaterThan(10);
    const lacking = paths.filter((path) => !made.stdout.split('\n').includes(path) && !isOfRepo(path));
    expect(lacking).toEqual([]);
  });

  test('make-secrets makes each secret anew for each installation, and never changes one', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    await run(join(DEPLOY, 'make-secrets'), [other]);
    const key = (of: string) => readFileSync(join(of, 'made-by-make-secrets/mask-key'), 'utf8');
    const before = key(folder);
    expect(Buffer.from(before, 'base64url')).toHaveLength(32);
    expect(key(other)).not.toBe(before);
    expect((await run(join(DEPLOY, 'make-secrets'), [folder])).stdout).toBe('');
    expect(key(folder)).toBe(before);
    const { stdout } = await run('find', [folder, '-name', 'made-by-make-secrets', '-not', '-perm', '700']);
    expect(stdout).toBe('');
  });
});

/** Dashboards and rules have folders of their own. */
const isOfRepo = (path: string) => inRepo(join('deploy', path)) || !inRepo(join('deploy', path.split('/')[1] ?? ''));

const composeSuite = withTools('docker-compose', [noCompose]);
describe.skipIf(composeSuite.skip)(composeSuite.title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-compose-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const config = async (content: string, profile: string) => {
    const file = join(folder, 'compose.yaml');
    // The one word in it that Debian's 1.29 is too old for.
    writeFileSync(file, content.replace(/^name: earshot$/m, ''));
    return fate('docker-compose', ['--project-directory', DEPLOY, '-f', file, '--profile', profile, 'config']);
  };

  test.each(['lite', 'stores', 'full'])('reads the file with profile %s', async (profile) => {
    const { code, said } = await config(text, profile);
    expect(said).not.toMatch(/error|unsupported|invalid/i);
    expect(code).toBe(0);
    // It lists every service, whatever the profile.
    expect(Object.keys((parse(said) as typeof compose).services).sort()).toEqual(services.map(([name]) => name).sort());
  });

  test('would refuse a misspelt word', async () => {
    expect(await config(text.replaceAll('cap_drop', 'capdrop'), 'full')).toMatchObject({ code: 1 });
  });
});

describe('Dockerfile', () => {
  const dockerfile = readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8');

  test('runs Node as every other start of the product does', () => {
    const entry = /^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '';
    expect(JSON.parse(entry)).toEqual(['node', ...PRODUCT_NODE_FLAGS]);
  });

  test('both images are made by the script that is tested, say how they are, and run as nobody in particular', () => {
    for (const target of ['services', 'standalone']) {
      const stage = dockerfile.split(/^FROM /m).find((one) => one.startsWith(`runtime AS ${target}\n`)) ?? '';
      expect(stage).toContain(`COPY --from=${target}-tree /tree /opt/earshot`);
      expect(stage).toContain('HEALTHCHECK');
      expect(dockerfile).toContain(`RUN node scripts/image-tree.mjs ${target} /tree`);
    }
    expect(dockerfile).toMatch(/^USER 10001:10001$/m);
  });

  const lint = withTools('hadolint finds nothing', [noPythonPackages]);
  test.skipIf(lint.skip)(lint.title, async () => {
    const found = await fate(join(PYTHON_PACKAGES, 'bin/hadolint'), [join(DEPLOY, 'Dockerfile')]);
    expect(found).toEqual({ code: 0, said: '' });
    const folder = mkdtempSync(join(tmpdir(), 'earshot-lint-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const wrong = join(folder, 'Dockerfile');
    writeFileSync(wrong, dockerfile.replace('WORKDIR /src', 'WORKDIRR /src'));
    expect((await fate(join(PYTHON_PACKAGES, 'bin/hadolint'), [wrong])).code).not.toBe(0);
  });
});
