import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type NewEvent, type SendResult } from '@earshot/client';
import { create } from '@earshot/ingest';
import { createHealth, createMetrics, createScope, silentLogger } from '@earshot/kit';
import { createKafkaTopics, openKafkaLog } from '@earshot/log/kafka';
import { type KafkaBroker, startKafkaBroker } from '@earshot/log/kafka-broker';
import { openSpool } from '@earshot/log/spool';
import { createMasker } from '@earshot/privacy';
import { decodeConversationFact, TOPICS } from '@earshot/wire';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { kafkaSuite, passed } from './support.js';

const { title, skip } = await kafkaSuite('a door with a spool over a broker that goes away', 'test:all');
const PARTITIONS = 3;
const CALLS = 10;
const BETWEEN_MS = 20;

describe.skipIf(skip)(title, () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafkaBroker();
  });
  afterAll(() => broker?.stop());

  /** A door over the broker, and a sender that never stops talking. */
  async function start(namespace: string) {
    const scope = createScope();
    const connection = { brokers: [broker.address], node: 'door' };
    const topics = { [TOPICS.conversations]: { partitions: PARTITIONS }, [TOPICS.deadLetters]: { partitions: 1 } };
    await createKafkaTopics({ connection, topics, namespace, replicas: 1, minInSyncReplicas: 1 });
    const dir = mkdtempSync(join(tmpdir(), 'earshot-door-'));
    scope.defer('folder', () => rmSync(dir, { recursive: true, force: true }));
    const log = await openKafkaLog({ ...connection, topics, namespace, closeWithinMs: 1_000 });
    scope.defer('log', () => log.close());
    const spool = await openSpool({ dir, topics: { [TOPICS.conversations]: { partitions: PARTITIONS } } });
    scope.defer('spool', () => spool.close());
    const masker = createMasker({ key: 'a key of at least sixteen bytes' });
    const health = createHealth();
    const ingest = create({
      log,
      spool,
      health,
      masker: () => masker,
      ruleSetStamp: () => undefined,
      keys: { check: () => ({ ok: false, code: 'unauthenticated' }), configured: () => false },
      logger: silentLogger(),
      metrics: createMetrics(),
      grpc: { host: '127.0.0.1', port: 0 },
      http: { host: '127.0.0.1', port: 0 },
    });
    const { grpc } = await ingest.start();
    scope.use('ingest', ingest);
    const client = createClient({ address: `127.0.0.1:${grpc.port}`, window: 10_000 });
    scope.defer('client', () => client.close());
    const stream = client.stream();

    const answers: SendResult[] = [];
    let sent = 0;
    async function talkFor(ms: number): Promise<void> {
      const endMs = performance.now() + ms;
      while (performance.now() < endMs) {
        for (let call = 0; call < CALLS; call++) {
          void stream.send(words(call, sent)).then((result) => answers.push(result));
        }
        sent += 1;
        await passed(BETWEEN_MS);
      }
    }
    const left = () => spool.lanes.reduce((sum, lane) => sum + lane.next - lane.first, 0);
    const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 60_000, interval: 10 });

    /** Everything said is acknowledged, on the log, and in order for each call. */
    async function expectWhole(): Promise<void> {
      await until(() => answers.length === sent * CALLS);
      expect(answers.filter((result) => !result.ok)).toEqual([]);
      await until(() => left() === 0);
      const said = new Map<string, number[]>();
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const { next } = await log.bounds(TOPICS.conversations, partition);
        for (const { value } of await log.read(TOPICS.conversations, partition, 0, next)) {
          const { conversationId, body } = decodeConversationFact(value);
          if (body.kind === 'utterance') said.set(conversationId, [...(said.get(conversationId) ?? []), body.segment]);
        }
      }
      expect(said.size).toBe(CALLS);
      for (const segments of said.values())
        expect([...new Set(segments)]).toEqual(Array.from({ length: sent }, (_, n) => n));
    }
    const spooled = () => answers.filter((result) => result.ok && result.offset === undefined).length;
    return { talkFor, expectWhole, spooled, left, ready: () => health.ready(), close: () => scope.close() };
  }

  test.each<[string, number, () => Promise<void>, () => Promise<void>]>([
    ['killed and started again', 6_000, () => broker.kill(), () => broker.start()],
    [
      'frozen',
      6_000,
      async () => void process.kill(broker.pid(), 'SIGSTOP'),
      async () => void process.kill(broker.pid(), 'SIGCONT'),
    ],
  ])(
    '%s: everything is acknowledged meanwhile, and on the log afterwards, in order',
    async (how, awayMs, hurt, heal) => {
      const door = await start(`${how.slice(0, 6)}.`);
      try {
        await door.talkFor(1_000);
        await hurt();
        await door.talkFor(awayMs);
        expect(door.spooled()).toBeGreaterThan(0);
        expect((await door.ready()).checks).toMatchObject([{ name: 'spool', ok: true, note: /spooling/ }]);
        const healing = heal();
        await door.talkFor(3_000);
        await healing;
        await door.talkFor(1_000);
        await door.expectWhole();
      } finally {
        await door.close();
      }
    },
    180_000,
  );
});

function words(call: number, segment: number): NewEvent {
  const atMs = Date.now();
  const body = { participantId: 'p', role: 'customer', leg: 'a', segment, revision: 0, final: true } as const;
  return {
    conversationId: `call-${call}`,
    atMs,
    body: { kind: 'utterance', ...body, text: `第 ${segment} 句`, startMs: atMs - 10, endMs: atMs },
  };
}
