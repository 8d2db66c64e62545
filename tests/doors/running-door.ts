import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, type Ingest } from '@earshot/ingest';
import { createMetrics, createScope, silentLogger } from '@earshot/kit';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import type { ConversationFact } from '@earshot/model';
import { createMasker } from '@earshot/privacy';
import { decodeConversationFact, TOPICS } from '@earshot/wire';

/** A real log in a folder of its own, and doors over it that can be opened, closed and opened again. */
export async function openLog() {
  const scope = createScope();
  const dir = await mkdtemp(join(tmpdir(), 'doors-'));
  scope.defer('folder', () => rm(dir, { recursive: true, force: true }));
  const log = await openEmbeddedLog({ dir, topics: { [TOPICS.conversations]: { partitions: 2 } } });
  scope.defer('log', () => log.close());
  return { log, close: () => scope.close() };
}

export async function openDoor(log: Log, options: { grpcPort?: number; clock?: () => number } = {}): Promise<Ingest> {
  const masker = createMasker({ key: 'a key of at least sixteen bytes' });
  const door = create({
    log,
    masker: () => masker,
    ruleSetStamp: () => undefined,
    keys: { check: () => ({ ok: false, code: 'unauthenticated' }), configured: () => false },
    clock: options.clock,
    logger: silentLogger(),
    metrics: createMetrics(),
    grpc: { host: '127.0.0.1', port: options.grpcPort ?? 0 },
    http: { host: '127.0.0.1', port: 0 },
  });
  await door.start();
  return door;
}

/** Everything on the log, partition by partition. */
export async function allFacts(log: Log): Promise<ConversationFact[]> {
  const facts: ConversationFact[] = [];
  for (let partition = 0; partition < log.partitions(TOPICS.conversations); partition++) {
    const { first, next } = await log.bounds(TOPICS.conversations, partition);
    const records = await log.read(TOPICS.conversations, partition, first, next - first);
    facts.push(...records.map((record) => decodeConversationFact(record.value)));
  }
  return facts;
}
