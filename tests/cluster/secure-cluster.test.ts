import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRulesClient } from '@earshot/client';
import { DEMO_PEOPLE_YAML } from '@earshot/control';
import { createScope } from '@earshot/kit';
import { openKafkaLog } from '@earshot/log/kafka';
import { clusterTopics, KAFKA_PARTIES, type KafkaParty, kafkaRights } from '@earshot/process';
import { TOPICS } from '@earshot/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { opensslMissing } from '../../packages/kit/src/testing/certificates.js';
import { grant, type SecureBroker, startSecureBroker } from '../kafka/secure-broker.js';
import { kafkaSuite } from '../kafka/support.js';
import { openCall } from '../support/call.js';
import { readAlerts } from '../support/operator.js';
import { foreignEnvironment, temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PARTITIONS = 2;
const suite = await kafkaSuite('a cluster behind TLS, with the least rights', 'test:all');
const missing = suite.skip ? undefined : opensslMissing();
const title = missing ? `${suite.title} [skipped: ${missing}]` : suite.title;
const passwordOf = (party: KafkaParty) => `canary-of-${party}`;

describe.skipIf(suite.skip || missing !== undefined)(title, () => {
  const scope = createScope();
  const said: string[] = [];
  const running: { child: ChildProcess; ended: Promise<unknown> }[] = [];
  let kafka: SecureBroker;
  let dir: string;
  let tls: { ca: string; cert: string; key: string };
  let httpUrl: string;
  let rulesAddress: string;
  const product = { consoleUrl: '', grpcAddress: '', adminToken: 'canary-of-the-operator-and-long-enough' };

  beforeAll(async () => {
    dir = temporaryFolder(scope, 'secure-cluster');
    const users = Object.fromEntries(KAFKA_PARTIES.map((party) => [`earshot-${party}`, passwordOf(party)]));
    kafka = await startSecureBroker(users, []);
    scope.defer('Kafka', () => kafka.stop());
    scope.defer('services', async () => {
      for (const { child } of running) child.kill('SIGTERM');
      await Promise.all(running.map(({ ended }) => ended));
    });
    const rights = KAFKA_PARTIES.map((party) => [`earshot-${party}`, kafkaRights(party)] as const);
    await grant(kafka.broker.address, Object.fromEntries(rights));
    const { cert, key } = kafka.house.issue('caller');
    tls = { ca: kafka.house.ca, cert, key };

    const people = file('people.yaml', DEMO_PEOPLE_YAML);
    const copies = ['--copies', '1', '--in-sync', '1', '--people', people];
    const prepared = run('prepare', 'services/cluster/dist/prepare.js', copies);
    expect(await prepared.ended).toBe(0);
    await Promise.all([
      start('rule-engine', []),
      start('sentiment', []),
      start('alert', ['--public-url', 'http://127.0.0.1:1', '--secrets-dir', dir]),
      start(
        'ingest',
        ['--http-port', '0', '--grpc-port', '0', '--tenant', 'demo', ...doorTls('http'), ...doorTls('grpc')],
        {
          EARSHOT_MASK_KEY: Buffer.alloc(32, 7).toString('base64url'),
        },
      ).then(({ http = '', grpc = '' }) => {
        httpUrl = http;
        product.grpcAddress = grpc;
      }),
      start('console', ['--port', '0', '--grpc-port', '0', '--tenant', 'demo', ...doorTls('grpc')], {
        EARSHOT_ADMIN_TOKEN: product.adminToken,
        EARSHOT_SESSION_KEY: Buffer.alloc(32, 8).toString('base64url'),
      }).then(({ http = '', grpc = '' }) => {
        product.consoleUrl = http;
        rulesAddress = grpc;
      }),
    ]);
  });
  afterAll(() => scope.close(20_000));

  test('an utterance over mutual TLS becomes an alert', async () => {
    const call = await openCall(scope, { ...product, tls }, 'secure-call');
    await call.say('customer', '我要打12378投诉');
    await until(async () => (await readAlerts(product, 'secure-call')).size > 0, 'the alert', 30_000);
  });

  test('the console may tell how far every group is', async () => {
    const headers = { authorization: `Bearer ${product.adminToken}` };
    const groups = async () => {
      const answer = await fetch(`${product.consoleUrl}/v1/admin/lag`, { headers });
      const told = (await answer.json()) as { groups?: { group: string }[] };
      return told.groups?.map(({ group }) => group);
    };
    const road = ['rule-engine', 'sentiment', 'alert', 'alert-deliveries', 'history'];
    await until(async () => {
      const told = await groups();
      return road.every((group) => told?.includes(group));
    }, 'every group');
  });

  test('the rules door answers over mutual TLS, and says why it does not without a certificate', async () => {
    const at = { address: rulesAddress, apiKey: product.adminToken };
    const rules = createRulesClient({ ...at, tls });
    const bare = createRulesClient({ ...at, tls: { ca: tls.ca }, giveUpMs: 1_000 });
    const foreign = createRulesClient({ ...at, tls: { ...tls, ca: kafka.stranger.ca }, giveUpMs: 1_000 });
    try {
      expect((await rules.inForce()).rules.length).toBeGreaterThan(0);
      await expect(bare.inForce()).rejects.toMatchObject({ retry: true });
      await expect(foreign.inForce()).rejects.toMatchObject({
        code: 'tls-failed',
        message: expect.stringContaining('tls.ca'),
      });
    } finally {
      for (const client of [rules, bare, foreign]) client.close();
    }
  });

  test('the HTTP door takes events over TLS', async () => {
    expect(httpUrl).toMatch(/^https:/);
    const now = Date.now();
    const words = {
      participantId: 'c1',
      role: 'customer',
      leg: 'c1',
      segment: 0,
      text: 'hello',
      startMs: now,
      endMs: now,
    };
    const status = await post(`${httpUrl}/v1/conversations/secure-http/events`, { kind: 'utterance', ...words });
    expect(status).toBe(200);
  });

  test('analytics may read what it lands, and nobody may write what is not his', async () => {
    const analytics = await logAs('analytics');
    for (const topic of [TOPICS.conversations, TOPICS.cases, TOPICS.alerts, TOPICS.deadLetters]) {
      const handler = { handle: async () => undefined, close: async () => undefined };
      const onAssigned = async ({ first }: { first: number }) => ({ from: first, ...handler });
      await (await analytics.subscribe({ group: 'analytics', topic, onAssigned, onError: () => undefined })).caughtUp();
    }
    const sentiment = await logAs('sentiment');
    const forged = sentiment.append([{ topic: TOPICS.alerts, key: 'demo|x', value: Buffer.from('x') }]);
    await expect(forged).rejects.toMatchObject({ code: 'kafka-forbidden', detail: { right: 'Write' } });
    const prying = (await logAs('ingest')).read(TOPICS.conversations, 0, 0, 1);
    await expect(prying).rejects.toMatchObject({ code: 'kafka-forbidden', detail: { right: 'Read' } });
  });

  test('a wrong password ends a process with one coded line that says what to do', async () => {
    const wrong = run('ingest', 'services/ingest/dist/main.js', ['--node', 'wrong'], {
      EARSHOT_MASK_KEY: Buffer.alloc(32, 7).toString('base64url'),
      EARSHOT_KAFKA_PASSWORD_FILE: file('wrong', 'canary-wrong'),
    });
    expect(await wrong.ended).toBe(1);
    const lines = wrong
      .said()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{'));
    expect(lines).toEqual([expect.stringMatching(/^kafka-denied: .*--kafka-password-file.* \/ .*\p{Script=Han}/u)]);
  });

  test('a process whose user lacks a right ends, and says which', async () => {
    const lacking = run('analytics', 'services/sentiment/dist/main.js', ['--node', 'lacking', '--ops-port', '0']);
    expect(await lacking.ended).toBe(1);
    expect(lacking.said()).toMatch(/kafka-forbidden/);
    expect(lacking.said()).toMatch(/right Read.*\p{Script=Han}/u);
  });

  test('nothing that was printed holds a password, a token or a key', () => {
    expect(said.join('')).toContain('"msg":"up"');
    expect(said.join('')).not.toMatch(/canary|PRIVATE KEY/);
  });

  function file(name: string, words: string): string {
    const path = join(dir, name);
    writeFileSync(path, words);
    return path;
  }

  function doorTls(door: 'http' | 'grpc'): string[] {
    const { certFile, keyFile } = kafka.house.issue(`door-${door}-${Math.random().toString(36).slice(2)}`);
    const clients = door === 'grpc' ? ['--grpc-client-ca-file', kafka.house.caFile] : [];
    return [`--${door}-tls-cert-file`, certFile, `--${door}-tls-key-file`, keyFile, ...clients];
  }

  function run(party: KafkaParty, program: string, args: readonly string[], env: Record<string, string> = {}) {
    const way = [
      '--kafka-ca-file',
      kafka.house.caFile,
      '--kafka-sasl',
      'scram-sha-512',
      '--kafka-user',
      `earshot-${party}`,
    ];
    const common = ['--brokers', kafka.broker.doors['SECURE'] ?? '', '--partitions', String(PARTITIONS), ...way];
    const child: ChildProcess = spawn(process.execPath, [join(ROOT, program), ...common, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...foreignEnvironment(),
        EARSHOT_KAFKA_PASSWORD_FILE: file(`password-${party}`, passwordOf(party)),
        ...env,
      },
    });
    const own: string[] = [];
    for (const output of [child.stdout, child.stderr])
      output?.setEncoding('utf8').on('data', (text: string) => {
        own.push(text);
        said.push(text);
      });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    running.push({ child, ended });
    return { child, ended, said: () => own.join('') };
  }

  async function start(party: KafkaParty, args: readonly string[], env: Record<string, string> = {}) {
    const own = ['--node', `${party}-1`, '--ops-port', '0', ...args];
    const started = run(party, `services/${party}/dist/main.js`, own, env);
    const ready = new Promise<{ addresses: Record<string, string> }>((resolve) =>
      started.child.once('message', resolve),
    );
    const up = await Promise.race([ready, started.ended.then(() => undefined)]);
    if (!up) throw new Error(`${party} ended:\n${started.said()}`);
    return up.addresses;
  }

  async function logAs(party: KafkaParty) {
    const password = { reveal: () => passwordOf(party) };
    const log = await openKafkaLog({
      brokers: [kafka.broker.doors['SECURE'] ?? ''],
      node: `test-${party}`,
      topics: clusterTopics(PARTITIONS),
      tls: { current: () => ({ ca: kafka.house.ca }) },
      sasl: { mechanism: 'scram-sha-512', user: `earshot-${party}`, password },
    });
    scope.defer(`log as ${party}`, () => log.close());
    return log;
  }

  function post(url: string, body: unknown): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request(url, { method: 'POST', headers, ca: kafka.house.ca, agent: false }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
      });
      sent.once('error', reject).end(JSON.stringify(body));
    });
  }
});
