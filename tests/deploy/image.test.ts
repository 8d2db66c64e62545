import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScope } from '@earshot/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { putNode } from '../../scripts/lib/node-binary.mjs';
import { PRODUCT_NODE_FLAGS } from '../../scripts/lib/product-flags.mjs';
import { bareKafka, freshNamespace, kafkaSuite, sharedBroker, useSharedBroker } from '../kafka/support.js';
import { readAlerts } from '../support/operator.js';
import { freePorts } from '../support/product.js';
import { until } from '../support/until.js';
import { enter, listen } from './sandbox.js';
import { DEPLOY, noSandbox, ROOT, run, withTools } from './tools.js';

/** Those of compose.yaml, but for `analytics`, which needs a ClickHouse server. */
const RUNNING = ['ingest', 'rule-engine', 'sentiment', 'alert', 'console'];
/** As long as the startup probe of deploy/kubernetes waits. */
const STARTS_WITHIN_MS = 180_000;
const compose = parse(readFileSync(join(DEPLOY, 'compose.yaml'), 'utf8'), { merge: true }) as {
  services: Record<string, { command: string[]; environment: Record<string, string>; secrets?: string[] }>;
};

interface Scaled {
  spec: { triggers: [{ metadata: { consumerGroup: string; topic: string } }] };
}

const kafka = await kafkaSuite('services image', 'test:all');
const tools = withTools(kafka.title, [noSandbox]);

describe.skipIf(kafka.skip || tools.skip)(tools.title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-image-'));
  const scope = createScope();
  const tree = join(folder, 'tree');
  const namespace = freshNamespace();
  afterAll(async () => {
    await scope.close(20_000);
    rmSync(folder, { recursive: true, force: true });
  });
  beforeAll(async () => {
    await useSharedBroker();
    await run(process.execPath, [join(ROOT, 'scripts/image-tree.mjs'), 'services', tree], { cwd: ROOT });
    await putNode({ arch: process.arch === 'arm64' ? 'arm64' : 'x64', dest: join(folder, 'node'), work: folder });
    await run(join(DEPLOY, 'make-secrets'), [folder]);
  }, 300_000);

  /** As the container of this name would run; `own` says where things are instead. */
  function begin(name: string, own: Record<string, string>) {
    const { command, environment, secrets = [] } = compose.services[name]!;
    const data = join(folder, `data-${name}`);
    mkdirSync(data);
    const secretFiles = secrets.map((one) => [`/run/secrets/${one}`, join(folder, 'made-by-make-secrets', one)]);
    const child = enter(['node', ...PRODUCT_NODE_FLAGS, ...command], {
      readable: {
        '/opt/earshot': tree,
        '/usr/local/bin/node': join(folder, 'node/bin/node'),
        '/config': join(folder, 'config'),
        ...(Object.fromEntries(secretFiles) as Record<string, string>),
      },
      writable: { '/data': data },
      env: { ...withDefaults(environment), NODE_ENV: 'production', ...own },
      network: true,
      cwd: '/opt/earshot',
    });
    const heard = listen(child);
    scope.defer(name, async () => {
      child.kill('SIGTERM');
      await heard.ended;
    });
    return heard;
  }

  test('holds neither the analysis engine, sources nor what builds need', async () => {
    const libraries = readdirSync(join(tree, 'node_modules/.pnpm'));
    expect(libraries.some((name) => name.startsWith('kafkajs@'))).toBe(true);
    expect(libraries.filter((name) => /^(@?chdb|esbuild|turbo|typescript|vite)\b/.test(name))).toEqual([]);
    const { stdout: sources } = await run('sh', [
      '-c',
      `find ${tree}/packages ${tree}/services -name '*.ts' | head -3`,
    ]);
    expect(sources).toBe('');
  });

  test('prepare, then every service as compose.yaml sets it up: ready, and a call at the door becomes an alert', async () => {
    const first = await freePorts();
    const at = { EARSHOT_BROKERS: sharedBroker(), EARSHOT_NAMESPACE: namespace, EARSHOT_PARTITIONS: '2' };
    const prepare = begin('prepare', at);
    expect(await prepare.ended, prepare.said()).toBe(0);

    const ops = [await freePorts(), await freePorts()].flatMap((one) => [one, one + 1, one + 2, one + 3]);
    const running = RUNNING.map((name, n) => {
      const opsPort = ops[n];
      const doors: Record<string, string> =
        name === 'ingest'
          ? { EARSHOT_HTTP_PORT: String(first + 1), EARSHOT_GRPC_PORT: String(first + 2) }
          : { EARSHOT_PORT: String(first), EARSHOT_GRPC_PORT: String(first + 3) };
      const heard = begin(name, { ...at, ...doors, EARSHOT_NODE: `${name}-1`, EARSHOT_OPS_PORT: String(opsPort) });
      return { name, heard, health: `http://127.0.0.1:${opsPort}/readyz` };
    });
    for (const { name, heard, health } of running) {
      const isReady = async () => (await fetch(health).catch(() => undefined))?.ok;
      await Promise.race([
        until(isReady, `${name} ready`, STARTS_WITHIN_MS),
        heard.ended.then((code) => Promise.reject(new Error(`${name} ended with ${code}: ${heard.said()}`))),
      ]);
      const check = ['node', 'deploy/health.mjs', health];
      const asked = enter(check, {
        readable: { '/opt/earshot': tree, '/usr/local/bin/node': join(folder, 'node/bin/node') },
        network: true,
        cwd: '/opt/earshot',
      });
      expect(await listen(asked).ended, `health check of ${name}`).toBe(0);
    }

    const secret = (name: string) => readFileSync(join(folder, 'made-by-make-secrets', name), 'utf8');
    const now = Date.now();
    const who = { kind: 'utterance', participantId: 'c1', role: 'customer', leg: 'c1', segment: 0 };
    const say = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${first + 1}/v1/conversations/image-1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ ...who, text: '我要打12378投诉', startMs: now, endMs: now }),
      });
    expect((await say({})).status).toBe(401);
    expect((await say({ authorization: `Bearer ${secret('ingest-api-key')}` })).status).toBe(200);
    const operator = { consoleUrl: `http://127.0.0.1:${first}`, adminToken: secret('admin-token') };
    await until(async () => (await readAlerts(operator, 'image-1')).size > 0, 'the alert', 30_000);
  }, 240_000);

  test('what KEDA is told to count are records that a group of a running service has not handled', async () => {
    const scaling = readFileSync(join(DEPLOY, 'kubernetes/production/scaling.yaml'), 'utf8');
    const counted = parseAllDocuments(scaling).map((one) => (one.toJS() as Scaled).spec.triggers[0].metadata);
    expect(counted).toHaveLength(3);
    const admin = bareKafka().admin();
    scope.defer('admin', () => admin.disconnect());
    await admin.connect();
    for (const { consumerGroup, topic } of counted) {
      const asked = { groupId: namespace + consumerGroup, topics: [namespace + topic] };
      const hasCommitted = async () =>
        (await admin.fetchOffsets(asked)).some(({ partitions }) => partitions.some(({ offset }) => Number(offset) > 0));
      await until(hasCommitted, `an offset of ${consumerGroup}`, 20_000);
    }
  }, 90_000);
});

/** `${NAME:-value}` as compose reads it where NAME is not set. */
function withDefaults(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, String(value).replace(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  );
}
