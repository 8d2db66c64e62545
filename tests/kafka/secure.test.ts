import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  checkKafkaTopics,
  createKafkaTopics,
  inspectKafka,
  type KafkaSecurity,
  openKafkaLog,
} from '@earshot/log/kafka';
import { centreRights, readerRights } from '@earshot/process';
import { TOPICS } from '@earshot/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { opensslMissing } from '../../packages/kit/src/testing/certificates.js';
import { appendContract } from '../../packages/log/src/contract/append.js';
import { groupContract } from '../../packages/log/src/contract/groups.js';
import { CONTRACT_TOPICS, type LogUnderTest } from '../../packages/log/src/contract/harness.js';
import { tailContract } from '../../packages/log/src/contract/tails.js';
import { earshot } from '../operate/command.js';
import { grant, type SecureBroker, startSecureBroker } from './secure-broker.js';
import { closing, freshNamespace, kafkaSuite, underTest } from './support.js';

const ONE = { partitions: 1 };
const PASSWORD = 'canary-of-the-password';
const suite = await kafkaSuite('Kafka with TLS and users', 'test:all');
const missing = suite.skip ? undefined : opensslMissing();
const title = missing ? `${suite.title} [skipped: ${missing}]` : suite.title;

describe.skipIf(suite.skip || missing !== undefined)(title, () => {
  let kafka: SecureBroker;
  const logs = closing();
  beforeAll(async () => {
    const users = { earshot: PASSWORD, bare: PASSWORD, little: PASSWORD, centre: PASSWORD, bi: PASSWORD };
    kafka = await startSecureBroker(users, ['earshot', 'CN=earshot']);
  });
  afterEach(() => logs.closeAll());
  afterAll(() => kafka?.stop());

  const revealed = (secret: string) => ({ reveal: () => secret });
  const over = (ca: string, own?: { cert: string; key: string }): KafkaSecurity => ({
    tls: { current: () => ({ ca, ...(own && { cert: own.cert, key: revealed(own.key) }) }) },
  });
  const as = (
    user: string,
    password = PASSWORD,
    mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain' = 'scram-sha-512',
  ): KafkaSecurity => ({ sasl: { mechanism, user, password: revealed(password) } });

  async function fresh(door: string, security: KafkaSecurity, topics: Record<string, { partitions: number }>) {
    const connection = { brokers: [kafka.broker.doors[door] ?? kafka.broker.address], node: 'test', ...security };
    const namespace = freshNamespace();
    await createKafkaTopics({ connection, topics, namespace, replicas: 1, minInSyncReplicas: 1 });
    return { ...connection, topics, namespace };
  }

  describe('the log over TLS and SCRAM', () => {
    let made: LogUnderTest;
    beforeEach(async () => {
      const options = await fresh('SECURE', { ...over(kafka.house.ca), ...as('earshot') }, CONTRACT_TOPICS);
      made = await underTest(options);
    });
    afterEach(() => made.destroy());
    appendContract(() => made);
    groupContract(() => made, { newestSubscriberOwns: true });
    tailContract(() => made);
  });

  test.each<[string, string, () => KafkaSecurity]>([
    [
      'SCRAM-SHA-256 over TLS',
      'SECURE',
      () => ({ ...over(kafka.house.ca), ...as('earshot', PASSWORD, 'scram-sha-256') }),
    ],
    ['a certificate of ours', 'MUTUAL', () => over(kafka.house.ca, kafka.house.issue('earshot'))],
    ['a password in plain text on this machine', 'LOCAL', () => as('earshot', PASSWORD, 'plain')],
  ])('%s lets us in', async (_, door, security) => {
    const log = logs.add(await openKafkaLog(await fresh(door, security(), { calls: { partitions: 1 } })));
    await log.append([{ topic: 'calls', key: 'k', value: Buffer.from('hello') }]);
    expect((await log.read('calls', 0, 0, 10)).map(({ value }) => Buffer.from(value).toString())).toEqual(['hello']);
  });

  test('a certificate that was renewed is used by the next connection', async () => {
    let own = kafka.stranger.issue('earshot');
    const { ca } = kafka.house;
    const tls = { current: () => ({ ca, cert: own.cert, key: revealed(own.key) }) };
    const options = { brokers: [kafka.broker.doors['MUTUAL'] ?? ''], node: 'test', tls, topics: {} };
    await expect(openKafkaLog(options)).rejects.toMatchObject({ code: 'kafka-certificate-refused' });
    own = kafka.house.issue('earshot');
    logs.add(await openKafkaLog(options));
  });

  test('the command line signs in by the same settings, and says what is wrong with them', async () => {
    const namespace = freshNamespace();
    const passwords = join(kafka.dir, 'passwords');
    writeFileSync(passwords, PASSWORD);
    const at = ['--brokers', kafka.broker.doors['SECURE'] ?? '', '--namespace', namespace];
    const signIn = ['--kafka-ca-file', kafka.house.caFile, '--kafka-sasl', 'scram-sha-512', '--kafka-user', 'earshot'];
    const tools = async () => {
      return { createTopics: createKafkaTopics, checkTopics: checkKafkaTopics, inspect: inspectKafka };
    };
    const run = (command: readonly string[], more: readonly string[]) =>
      earshot([...command, ...at, ...signIn, ...more], { kafka: tools });
    const create = ['topics', 'create', '--copies', '1', '--in-sync', '1'];
    const doctor = ['doctor', '--data-dir', '/nowhere', '--port', '1', '--in-sync', '1'];

    const made = await run(create, ['--kafka-password-file', passwords]);
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining(namespace + TOPICS.conversations) });
    expect((await run(doctor, ['--kafka-password-file', passwords])).out).toMatch(/✓ topics/);

    writeFileSync(passwords, 'canary-wrong');
    const refused = await run(create, ['--kafka-password-file', passwords]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/password-file/) });
    expect((await run(doctor, ['--kafka-password-file', passwords])).out).toMatch(/✗ .*password-file/);
    expect(await run(create, [])).toMatchObject({ code: 2, err: expect.stringMatching(/--kafka-password-file/) });
    expect(JSON.stringify([made, refused])).not.toContain('canary');
  });

  const HOUSE = () => over(kafka.house.ca);
  test.each<[string, string, () => KafkaSecurity, string, RegExp]>([
    [
      'a wrong password',
      'SECURE',
      () => ({ ...HOUSE(), ...as('earshot', 'canary-wrong') }),
      'kafka-denied',
      /password-file/,
    ],
    ['an unknown user', 'SECURE', () => ({ ...HOUSE(), ...as('nobody') }), 'kafka-denied', /--kafka-user/],
    [
      'a wrong password in plain text',
      'LOCAL',
      () => as('earshot', 'canary-wrong', 'plain'),
      'kafka-denied',
      /password-file/,
    ],
    ['a way that is not offered', 'LOCAL', () => as('earshot'), 'kafka-sasl-unknown', /--kafka-sasl/],
    ['nobody signed in', 'SECURE', HOUSE, 'kafka-sasl-missing', /--kafka-sasl/],
    ['a sign-in that nobody wants', 'PLAINTEXT', () => as('earshot'), 'kafka-sasl-unwanted', /--kafka-sasl/],
    [
      'an authority that we do not know',
      'SECURE',
      () => ({ ...over(kafka.stranger.ca), ...as('earshot') }),
      'kafka-untrusted',
      /--kafka-ca-file/,
    ],
    ['a certificate that has expired', 'EXPIRED', HOUSE, 'kafka-untrusted', /expired.*过期/],
    ['no certificate of ours', 'MUTUAL', HOUSE, 'kafka-certificate-refused', /--kafka-cert-file/],
    [
      'a foreign certificate of ours',
      'MUTUAL',
      () => over(kafka.house.ca, kafka.stranger.issue('earshot')),
      'kafka-certificate-refused',
      /--kafka-cert-file/,
    ],
    ['plain text to a TLS port', 'SECURE', () => as('earshot'), 'kafka-tls-missing', /--kafka-ca-file/],
    ['TLS to a port of plain text', 'PLAINTEXT', HOUSE, 'kafka-tls-unwanted', /TLS port/],
    ['a user without rights', 'SECURE', () => ({ ...HOUSE(), ...as('bare') }), 'kafka-forbidden', /secure-cluster/],
  ])('%s: one coded line in both languages with what to do, at once and without a secret', async (...row) => {
    const [, door, security, code, hint] = row;
    const troubles: unknown[] = [];
    const opening = openKafkaLog({
      ...{ brokers: [kafka.broker.doors[door] ?? kafka.broker.address], node: 'test' },
      ...security(),
      topics: { calls: { partitions: 1 } },
      onTrouble: (...trouble) => troubles.push(trouble),
    });
    const thrown = await opening.catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code, retry: false, message: expect.stringMatching(hint) });
    expect(String((thrown as Error).message)).toMatch(/^[^\n]+ \/ [^\n]*\p{Script=Han}[^\n]*$/u);
    expect(inspect([thrown, troubles], { depth: 9 })).not.toMatch(/canary|BEGIN/);
  });

  test('a right that is missing is named: on a topic to write or to read, on a group', async () => {
    const { namespace, topics } = await fresh('PLAINTEXT', {}, { calls: { partitions: 1 } });
    const calls = `${namespace}calls`;
    const describe = { resource: 'topic', name: calls, pattern: 'literal', operations: ['Describe'] } as const;
    const join = {
      resource: 'group',
      name: `${namespace}known.calls`,
      pattern: 'literal',
      operations: ['Read'],
    } as const;
    await grant(kafka.broker.address, { little: [describe, join] });
    const brokers = [kafka.broker.doors['SECURE'] ?? ''];
    const log = logs.add(await openKafkaLog({ brokers, node: 'test', ...HOUSE(), ...as('little'), topics, namespace }));
    const missing = (right: string, on: string, name: string) => ({
      code: 'kafka-forbidden',
      retry: false,
      detail: { right, [on]: name },
      message: expect.stringMatching(/^[^\n]+secure-cluster.md\) \/ [^\n]*\p{Script=Han}[^\n]*$/u),
    });
    const written = log.append([{ topic: 'calls', key: 'k', value: Buffer.from('x') }]);
    await expect(written).rejects.toMatchObject(missing('Write', 'topic', 'calls'));
    await expect(log.read('calls', 0, 0, 1)).resolves.toEqual([]);
    const tailed = new Promise((resolve) => {
      void log.tail({ topic: 'calls', from: { offsets: {} }, handle: async () => undefined, onError: resolve });
    });
    expect(await tailed).toMatchObject(missing('Read', 'topic', calls));
    const joining = (group: string) =>
      new Promise((resolve) => {
        const onAssigned = async () => ({ from: 0, handle: async () => undefined, close: async () => undefined });
        void log.subscribe({ group, topic: 'calls', onAssigned, onError: resolve });
      });
    expect(await joining('known')).toMatchObject(missing('Read', 'topic', calls));
    expect(await joining('unknown')).toMatchObject(missing('Read', 'group', `${namespace}unknown.calls`));
  });

  test('a contact centre writes to its own topic, and to no other; a reader only reads', async () => {
    const topics = Object.fromEntries([TOPICS.alerts, TOPICS.cases, TOPICS.inbound].map((name) => [name, ONE]));
    const { namespace } = await fresh('PLAINTEXT', {}, topics);
    const describe = { resource: 'topic', name: namespace, pattern: 'prefixed', operations: ['Describe'] } as const;
    const centre = centreRights(TOPICS.inbound, namespace);
    await grant(kafka.broker.address, {
      centre: [describe, ...centre],
      bi: [describe, ...readerRights('bi', namespace)],
    });
    const brokers = [kafka.broker.doors['SECURE'] ?? ''];
    const logOf = async (user: string) =>
      logs.add(await openKafkaLog({ brokers, node: 'test', ...HOUSE(), ...as(user), topics, namespace }));
    const forbidden = { code: 'kafka-forbidden' };
    const entry = (topic: string) => [{ topic, key: 'k', value: Buffer.from('x') }];
    const [crm, bi] = [await logOf('centre'), await logOf('bi')];
    expect(await crm.append(entry(TOPICS.inbound))).toEqual([0]);
    await expect(crm.append(entry(TOPICS.alerts))).rejects.toMatchObject(forbidden);
    await expect(crm.read(TOPICS.inbound, 0, 0, 1)).rejects.toMatchObject(forbidden);
    expect(await bi.read(TOPICS.alerts, 0, 0, 1)).toEqual([]);
    await expect(bi.read(TOPICS.inbound, 0, 0, 1)).rejects.toMatchObject(forbidden);
    await expect(bi.append(entry(TOPICS.alerts))).rejects.toMatchObject(forbidden);
  });

  test('nobody there at all is said by address', async () => {
    const nowhere = openKafkaLog({
      ...{ brokers: ['127.0.0.1:1'], node: 'test', answerWithinMs: 200 },
      topics: { calls: { partitions: 1 } },
    });
    await expect(nowhere).rejects.toMatchObject({
      code: 'log-unavailable',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });
});
