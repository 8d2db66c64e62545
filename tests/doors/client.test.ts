import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type NewEvent } from '@earshot/client';
import { create } from '@earshot/ingest';
import { createMetrics, createScope, silentLogger } from '@earshot/kit';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { createMasker } from '@earshot/privacy';
import { decodeConversationFact, TOPICS } from '@earshot/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const NOW_MS = Date.UTC(2026, 4, 1, 9);
const scope = createScope();
let log: Awaited<ReturnType<typeof openEmbeddedLog>>;
let port = 0;

async function openDoor() {
  const masker = createMasker({ key: 'a key of at least sixteen bytes' });
  const door = create({
    log,
    masker: () => masker,
    ruleSetStamp: () => undefined,
    keys: { check: () => ({ ok: false, code: 'unauthenticated' }), configured: () => false },
    clock: () => NOW_MS,
    logger: silentLogger(),
    metrics: createMetrics(),
    grpc: { host: '127.0.0.1', port },
    http: { host: '127.0.0.1', port: 0 },
  });
  port = (await door.start()).grpc.port;
  return door;
}

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'doors-'));
  scope.defer('folder', () => rm(dir, { recursive: true, force: true }));
  log = await openEmbeddedLog({ dir, topics: { [TOPICS.conversations]: { partitions: 2 } } });
  scope.defer('log', () => log.close());
});
afterAll(() => scope.close());

function words(conversationId: string, segment: number): NewEvent {
  const body = {
    kind: 'utterance' as const,
    participantId: 'p',
    role: 'customer' as const,
    leg: 'a',
    segment,
    revision: 0,
    final: true,
    text: `第${segment}句`,
    startMs: NOW_MS,
    endMs: NOW_MS,
  };
  return { conversationId, atMs: NOW_MS, body };
}

async function segmentsOf(conversationId: string): Promise<number[]> {
  const key = `default|${conversationId}`;
  const partition = log.partitionOf(TOPICS.conversations, key);
  const { first, next } = await log.bounds(TOPICS.conversations, partition);
  const records = await log.read(TOPICS.conversations, partition, first, next - first);
  const facts = records.filter((record) => record.key === key).map((record) => decodeConversationFact(record.value));
  return facts.map((fact) => (fact.body.kind === 'utterance' ? fact.body.segment : -1));
}

describe('the client at the real door', () => {
  test('a door that is restarted under a running sender loses nothing and keeps the order', async () => {
    let door = await openDoor();
    const client = createClient({ address: `127.0.0.1:${port}` });
    const stream = client.stream();
    const count = 600;
    const answers: Promise<{ ok: boolean }>[] = [];
    for (let n = 0; n < count; n++) {
      await stream.room();
      answers.push(stream.send(words('restarted', n)));
      if (n === 200 || n === 400) {
        await door.stop();
        door = await openDoor();
      }
    }
    expect((await Promise.all(answers)).every((answer) => answer.ok)).toBe(true);
    expect([...new Set(await segmentsOf('restarted'))]).toEqual(Array.from({ length: count }, (_, n) => n));
    expect(await client.health()).toBe('serving');
    await door.stop();
    expect(await client.health(500)).toBe('unreachable');
    await client.close();
  });

  test('a batch is answered event by event', async () => {
    const door = await openDoor();
    const client = createClient({ address: `127.0.0.1:${port}` });
    const results = await client.append([words('batch', 0), words('batch', -1), words('batch', 1)]);
    expect(results.map((result) => (result.ok ? 'ok' : result.code))).toEqual(['ok', 'number-out-of-range', 'ok']);
    expect(await segmentsOf('batch')).toEqual([0, 1]);
    await client.close();
    await door.stop();
  });
});
