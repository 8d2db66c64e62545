import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createMetrics, createScope } from '@earshot/kit';
import { type ApiKey, checkApiKey } from '@earshot/kit/access';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import type { ConversationEvent, ConversationFact, EventBody } from '@earshot/model';
import { createMasker } from '@earshot/privacy';
import { decodeConversationFact, IngestServiceClient, TOPICS } from '@earshot/wire';
import { credentials } from '@grpc/grpc-js';
import { create, type IngestDeps } from '../service.js';

export const NOW_MS = Date.UTC(2026, 4, 1, 9);

/** A running ingest over a real embedded log in a folder of its own; `close` takes everything away again. */
export async function startIngest(
  options: { apiKeys?: ApiKey[]; wrapLog?: (log: Log) => Log } & Partial<IngestDeps> = {},
) {
  const scope = createScope();
  const dir = await mkdtemp(join(tmpdir(), 'ingest-'));
  scope.defer('folder', () => rm(dir, { recursive: true, force: true }));
  const log = await openEmbeddedLog({ dir, topics: { [TOPICS.conversations]: { partitions: 4 } } });
  scope.defer('log', () => log.close());
  const lines: string[] = [];
  const logger = createLogger({ service: 'ingest', level: 'debug', to: { write: (line) => void lines.push(line) } });
  const metrics = createMetrics();
  const masker = createMasker({ key: 'a key of at least sixteen bytes' });
  const { apiKeys = [], wrapLog = (same: Log) => same, ...rest } = options;
  const ingest = create({
    log: wrapLog(log),
    masker: () => masker,
    ruleSetStamp: () => ({ epoch: 7, hash: 'abc', appliesToRunning: false }),
    keys: {
      check: (presented, nowMs) => checkApiKey(apiKeys, presented, nowMs),
      configured: () => apiKeys.length > 0,
    },
    clock: () => NOW_MS,
    logger,
    metrics,
    grpc: { host: '127.0.0.1', port: 0 },
    http: { host: '127.0.0.1', port: 0 },
    ...rest,
  });
  const { grpc, http } = await ingest.start();
  scope.use('ingest', ingest);
  const client = () => {
    const made = new IngestServiceClient(`127.0.0.1:${grpc.port}`, credentials.createInsecure());
    scope.defer('client', () => made.close());
    return made;
  };
  return {
    ingest,
    log,
    lines,
    metrics,
    masker,
    client,
    url: http.url,
    grpcPort: grpc.port,
    facts: (conversationId: string, tenant = 'default') => readFacts(log, tenant, conversationId),
    close: () => scope.close(),
  };
}

/** What stands on the log for a conversation, in order. */
async function readFacts(log: Log, tenant: string, conversationId: string): Promise<ConversationFact[]> {
  const found: ConversationFact[] = [];
  for (let partition = 0; partition < log.partitions(TOPICS.conversations); partition++) {
    const { first, next } = await log.bounds(TOPICS.conversations, partition);
    for (let from = first; from < next; ) {
      const records = await log.read(TOPICS.conversations, partition, from, 1_000);
      if (records.length === 0) break;
      found.push(...records.map((record) => decodeConversationFact(record.value)));
      from = (records.at(-1)?.offset ?? next) + 1;
    }
  }
  return found.filter((fact) => fact.conversationId === conversationId && fact.tenant === tenant);
}

export function event(body: EventBody, more: Partial<ConversationEvent> = {}): ConversationEvent {
  return { conversationId: 'c1', eventId: '', atMs: NOW_MS, body, ...more };
}

export function utterance(segment: number, text = '您好', more: Partial<EventBody & { kind: 'utterance' }> = {}) {
  return event({
    kind: 'utterance',
    participantId: 'p1',
    role: 'customer',
    leg: 'a',
    segment,
    revision: 0,
    final: true,
    text,
    startMs: NOW_MS - 2_000,
    endMs: NOW_MS - 1_000,
    ...more,
  });
}
