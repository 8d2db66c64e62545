import { createScope } from '@earshot/kit';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { checkKafkaTopics, createKafkaTopics, inspectKafka, openKafkaLog } from '@earshot/log/kafka';
import { conversationKey, deriveId } from '@earshot/model';
import { clusterTopics } from '@earshot/process/topics';
import { encodeDeadLetter, TOPICS } from '@earshot/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshNamespace, kafkaSuite, sharedBroker, useSharedBroker } from '../kafka/support.js';
import { temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';
import { earshot, earshotJson } from './command.js';
import { openWorld, started, utterance, type World } from './world.js';

const PARTITIONS = 3;
const WORDS = '我要打12378投诉';
const cluster = {
  kafka: async () => ({ createTopics: createKafkaTopics, checkTopics: checkKafkaTopics, inspect: inspectKafka }),
};
const overKafka = await kafkaSuite('operating a Kafka', 'test:all');

interface Letters {
  letters: { id: string; state: string; reason: string; replayOf?: string; marks: { by: string; why: string }[] }[];
  total: number;
}

type Scope = ReturnType<typeof createScope>;

async function openEmbedded(scope: Scope): Promise<Log> {
  const log = await openEmbeddedLog({ dir: temporaryFolder(scope, 'operate'), topics: clusterTopics(PARTITIONS) });
  scope.defer('log', () => log.close());
  return log;
}

async function openKafka(scope: Scope): Promise<Log> {
  await useSharedBroker();
  const namespace = freshNamespace();
  const at = ['--brokers', sharedBroker(), '--namespace', namespace];
  const create = ['topics', 'create', ...at, '--copies', '1', '--in-sync', '1'];
  const made = await earshot([...create, '--partitions', String(PARTITIONS)], cluster);
  expect(made).toMatchObject({ code: 0, out: expect.stringContaining(`created ${namespace}earshot.cases.v1`) });
  const again = await earshot([...create, '--partitions', '5'], cluster);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('fixed for life') });
  expect(again.out).toMatch(/earshot\.cases\.v1 +partitions +5 +3/);
  const copies = ['topics', 'create', '--brokers', sharedBroker(), '--namespace', freshNamespace(), '--copies', '3'];
  expect(await earshot(copies, cluster)).toMatchObject({ code: 1, err: expect.stringContaining('did not do it') });
  const away = ['topics', 'create', '--brokers', '127.0.0.1:1'];
  expect(await earshot(away, cluster)).toMatchObject({ code: 1, err: expect.stringContaining('does not answer') });
  const log = await openKafkaLog({
    brokers: [sharedBroker()],
    node: 'operate',
    topics: clusterTopics(PARTITIONS),
    namespace,
  });
  scope.defer('log', () => log.close());
  return log;
}

describe.each([
  { title: 'operating one process', skip: false, open: openEmbedded },
  { ...overKafka, open: openKafka },
])('$title', ({ skip, open }) => {
  describe.skipIf(skip)('through the running instance', () => {
    const scope = createScope();
    let world: World;
    beforeAll(async () => {
      world = await openWorld(scope, await open(scope));
    });
    afterAll(() => scope.close(20_000));

    const letters = async (...more: string[]) =>
      (await earshotJson<Letters>(['dead-letters', 'list', ...world.at, ...more])).letters;
    const letterOf = (id: string) => until(async () => (await letters('--handled')).find((one) => one.id === id), id);
    const ofPartition = async (conversationId: string) => {
      const partition = world.log.partitionOf(TOPICS.conversations, conversationKey('bank', conversationId));
      const { first, next } = await world.log.bounds(TOPICS.conversations, partition);
      return world.log.read(TOPICS.conversations, partition, first, next - first);
    };

    test('topics are listed with their partitions and what they keep', async () => {
      const { code, out } = await earshot(['topics', 'list', ...world.at]);
      expect(code).toBe(0);
      expect(out).toMatch(/^earshot\.conversations\.v1 +3 +\d+ +3 d +all facts/m);
      expect(out).toMatch(/^earshot\.control\.v1 +1 +0 +the last of each key/m);
    });

    test('lag is nothing once the rule engine has read, and is counted in records and time while nobody reads', async () => {
      await world.append('lag', world.bytesOf('lag', 'e0', started));
      await world.engine.caughtUp();
      type Lag = { group: string; topic: string; records: number; ageMs: number };
      const of = async (group: string) =>
        (await earshotJson<Lag[]>(['topics', 'lag', ...world.at])).find(
          (one) => one.group === group && one.topic === TOPICS.conversations,
        );
      await until(async () => (await of('rule-engine'))?.records === 0, 'a rule engine that has read all');

      const reader = await world.log.subscribe({
        group: 'halted',
        topic: TOPICS.conversations,
        onError: () => undefined,
        onAssigned: async ({ next, commit }) => {
          await commit(next, '');
          return { from: next, handle: async () => undefined, close: async () => undefined };
        },
      });
      await reader.caughtUp();
      await reader.stop();
      await world.append('lag', world.bytesOf('lag', 'e1', utterance(0, '您好')));
      const behind = await until(async () => {
        const found = await of('halted');
        return found !== undefined && found.records > 0 && found.ageMs > 0 && found;
      }, 'a group that is behind');
      expect(behind.records).toBeGreaterThan(0);
      expect(behind.ageMs).toBeLessThan(60_000);
      const { out } = await earshot(['topics', 'lag', ...world.at]);
      expect(out).toMatch(/^halted +conversations +[1-9]\d* +[\d.]+ s +#\d: /m);
    });

    test('a record that cannot be read is put back as it was, and what fails again says so', async () => {
      const broken = new TextEncoder().encode(WORDS);
      const offset = await world.append('poison', broken);
      const partition = world.log.partitionOf(TOPICS.conversations, conversationKey('bank', 'poison'));
      const id = deriveId('dead-letter', TOPICS.conversations, partition, offset);
      await letterOf(id);
      const shown = await earshot(['dead-letters', 'show', id, ...world.at]);
      expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('reason: undecodable') });
      expect(shown.out).not.toContain(Buffer.from(broken).toString('hex'));
      const text = await earshot(['dead-letters', 'show', id, '--text', ...world.at]);
      expect(text.out).toContain(Buffer.from(broken).toString('hex'));

      const would = await earshot([
        'dead-letters',
        'replay',
        '--all',
        '--code',
        'undecodable',
        '--dry-run',
        ...world.at,
      ]);
      expect(would).toMatchObject({ code: 0, out: id });
      const all = ['dead-letters', 'replay', '--all', '--code', 'undecodable', '--why', 'tried', ...world.at];
      expect(await earshot(all)).toMatchObject({ code: 0, err: expect.stringContaining('1 put back') });
      const again = await until(async () => (await letters()).find((one) => one.replayOf === id), 'the new letter');
      expect(again.id).not.toBe(id);
      const back = (await ofPartition('poison')).filter(({ value }) => Buffer.from(value).equals(Buffer.from(broken)));
      expect(back.map(({ key }) => key)).toEqual(['bank|poison', 'bank|poison']);

      expect(await earshot(['dead-letters', 'drop', again.id, '--why', 'a test', ...world.at])).toMatchObject({
        code: 0,
      });
      await world.restartConsole();
      expect(await letters('--code', 'undecodable')).toEqual([]);
      expect(await letterOf(id)).toMatchObject({ state: 'replayed', marks: [{ why: 'tried' }] });
      expect(await letterOf(again.id)).toMatchObject({ state: 'dropped', marks: [{ why: 'a test' }] });
    });

    test('an event that is put back twice has its effect once', async () => {
      await world.append('twice', world.bytesOf('twice', 'e0', started));
      const value = world.bytesOf('twice', 'e1', utterance(0, WORDS));
      const key = conversationKey('bank', 'twice');
      const partition = world.log.partitionOf(TOPICS.conversations, key);
      const letter = { id: deriveId('aside'), topic: TOPICS.conversations, partition, offset: -1, key, atMs: 5, value };
      const aside = encodeDeadLetter({ ...letter, reason: 'too-large' });
      await world.log.append([{ topic: TOPICS.deadLetters, key, value: aside }]);
      const replay = (...more: string[]) => earshot(['dead-letters', 'replay', letter.id, ...more, ...world.at]);
      expect(await replay()).toMatchObject({ code: 0, err: expect.stringContaining('1 put back') });
      await world.engine.caughtUp();
      const findings = async () => (await world.standing('twice'))?.findings.map(({ id }) => id);
      const once = await until(async () => ((await findings())?.length ?? 0) > 0 && findings(), 'a finding');
      expect(await replay()).toMatchObject({ code: 0, err: expect.stringContaining('0 put back, 1 had been handled') });
      expect(await replay('--again')).toMatchObject({ code: 0, err: expect.stringContaining('1 put back') });
      await world.engine.caughtUp();
      expect(
        (await ofPartition('twice')).filter((one) => Buffer.from(one.value).equals(Buffer.from(value))),
      ).toHaveLength(2);
      expect(await findings()).toEqual(once);
    });

    test('what is asked wrongly ends with 2, what cannot go back with 1', async () => {
      for (const args of [['replay'], ['replay', '--all'], ['replay', 'x', '--all', '--code', 'y'], ['drop']])
        expect(await earshot(['dead-letters', ...args, ...world.at])).toMatchObject({ code: 2 });
      expect(await earshot(['dead-letters', 'show', 'nothing', ...world.at])).toMatchObject({ code: 2 });
      expect(await earshot(['dead-letters', 'list', '--since', 'soon', ...world.at])).toMatchObject({ code: 2 });
      const key = conversationKey('bank', 'lost');
      const about = {
        topic: TOPICS.conversations,
        partition: 0,
        offset: -1,
        key: '',
        atMs: 5,
        value: new Uint8Array([1]),
      };
      const value = encodeDeadLetter({ ...about, id: deriveId('unread'), reason: 'spool-unreadable' });
      await world.log.append([{ topic: TOPICS.deadLetters, key, value }]);
      const refused = await earshot(['dead-letters', 'replay', deriveId('unread'), ...world.at]);
      expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('key-unknown') });
    });
  });
});
