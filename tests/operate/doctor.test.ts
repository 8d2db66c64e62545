import { createScope } from '@earshot/kit';
import { checkKafkaTopics, createKafkaTopics, inspectKafka, openKafkaLog } from '@earshot/log/kafka';
import { clusterTopics } from '@earshot/process/topics';
import { TOPICS } from '@earshot/wire';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshNamespace, kafkaSuite, sharedBroker, useSharedBroker } from '../kafka/support.js';
import { earshotJson } from './command.js';

const { title, skip } = await kafkaSuite('doctor on a Kafka', 'test:all');
const PARTITIONS = 2;
const cluster = {
  kafka: async () => ({ createTopics: createKafkaTopics, checkTopics: checkKafkaTopics, inspect: inspectKafka }),
};

interface Report {
  ok: boolean;
  findings: { state: string; about: string; word?: string; values: Record<string, unknown>; text: string }[];
}

describe.skipIf(skip)(title, () => {
  const scope = createScope();
  let namespace = '';
  beforeAll(async () => {
    await useSharedBroker();
    namespace = freshNamespace();
  });
  afterAll(() => scope.close());

  const connection = () => ({ brokers: [sharedBroker()], node: 'doctor-test' });
  const doctor = async (...more: string[]) => {
    const args = ['doctor', '--data-dir', '/nowhere', '--port', '1', '--brokers', sharedBroker()];
    const report = await earshotJson<Report>([...args, '--namespace', namespace, ...more], cluster);
    return { ...report, of: (about: string) => report.findings.filter((one) => one.about === about) };
  };
  const wordsOf = (findings: Report['findings']) => findings.map(({ word, state }) => [word, state]);
  const setting = async (topic: string, name: string, value: string) => {
    const admin = new Kafka({ brokers: [sharedBroker()], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const resources = [{ type: 2, name: namespace + topic, configEntries: [{ name, value }] }];
    await admin.alterConfigs({ validateOnly: false, resources });
    await admin.disconnect();
  };

  test('topics that are not there are named, with the command that creates them', async () => {
    const { ok, of } = await doctor();
    expect(ok).toBe(false);
    const [missing] = of('doctor-topics');
    expect(missing).toMatchObject({ word: 'doctor-topics-missing', text: expect.stringContaining('topics create') });
    expect(missing?.text).toContain(TOPICS.deliveries);
    expect(of('doctor-kafka')).toMatchObject([{ word: 'doctor-kafka-on', values: { count: 1, release: '4.2' } }]);
  });

  test('topics as they were created fit, one copy is said to be few, and a quiet cluster tells no time', async () => {
    const topics = clusterTopics(PARTITIONS);
    await createKafkaTopics({ connection: connection(), topics, namespace, replicas: 1, minInSyncReplicas: 1 });
    const { of } = await doctor('--partitions', String(PARTITIONS));
    expect(wordsOf(of('doctor-topics'))).toEqual([['doctor-topics-fit', 'fine']]);
    expect(wordsOf(of('doctor-copies'))).toEqual([['doctor-copies-one', 'warning']]);
    expect(wordsOf(of('doctor-clock'))).toEqual([['doctor-clock-quiet', 'fine']]);
  });

  test('the clock is read from what comes in meanwhile, and nothing is written to read it', async () => {
    const topics = clusterTopics(PARTITIONS);
    const log = await openKafkaLog({ ...connection(), topics, namespace });
    scope.defer('log', () => log.close());
    const ends = async () =>
      (await log.bounds(TOPICS.conversations, 0)).next + (await log.bounds(TOPICS.cases, 0)).next;
    const before = await ends();
    let written = 0;
    const timer = setInterval(() => {
      written += 1;
      void log.append([{ topic: TOPICS.conversations, key: 'k', partition: 0, value: new Uint8Array([1]) }]);
    }, 100);
    const { of } = await doctor('--partitions', String(PARTITIONS));
    clearInterval(timer);
    expect(wordsOf(of('doctor-clock'))).toEqual([['doctor-clock-fine', 'fine']]);
    await log.append([{ topic: TOPICS.conversations, key: 'k', partition: 0, value: new Uint8Array([1]) }]);
    expect(await ends()).toBe(before + written + 1);
  });

  test('every setting that would break a promise is a fault by name', async () => {
    await setting(TOPICS.cases, 'retention.ms', '3600000');
    await setting(TOPICS.alerts, 'retention.bytes', '1000000');
    await setting(TOPICS.control, 'cleanup.policy', 'delete');
    await setting(TOPICS.deadLetters, 'min.insync.replicas', '2');
    const { ok, of } = await doctor('--partitions', '5', '--in-sync', '2');
    expect(ok).toBe(false);
    const faults = of('doctor-topics').map(({ word, values }) => [word, values['topic'], values['setting'] ?? '']);
    expect(faults).toContainEqual(['doctor-topic-forgets', TOPICS.cases, 'retention.ms']);
    expect(faults).toContainEqual(['doctor-topic-setting', TOPICS.alerts, 'retention.bytes']);
    expect(faults).toContainEqual(['doctor-topic-setting', TOPICS.alerts, 'message.timestamp.type']);
    expect(faults).toContainEqual(['doctor-topic-setting', TOPICS.control, 'cleanup.policy']);
    expect(faults.filter(([, topic]) => topic === TOPICS.history)).toEqual([
      ['doctor-topic-partitions', TOPICS.history, 'partitions'],
      ['doctor-topic-setting', TOPICS.history, 'min.insync.replicas'],
    ]);
    const stuck = { word: 'doctor-copies-stuck', state: 'fault', values: { topics: TOPICS.deadLetters } };
    expect(of('doctor-copies')).toContainEqual(expect.objectContaining(stuck));
  });

  test('a broker that is not there is said, not waited for', async () => {
    const args = ['doctor', '--data-dir', '/nowhere', '--port', '1', '--brokers', '127.0.0.1:1'];
    const { findings } = await earshotJson<Report>(args, cluster);
    expect(findings.find(({ about }) => about === 'doctor-kafka')).toMatchObject({
      word: 'doctor-kafka-away',
      text: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
