import { createLogger, createMetrics, createScope } from '@earshot/kit';
import type { Log, LogRecord, RecordHeaders } from '@earshot/log';
import type { ConversationFact, DeadLetter } from '@earshot/model';
import { createMasker } from '@earshot/privacy';
import { decodeConversationFact, decodeDeadLetter, encodeConversationEvent, TOPICS } from '@earshot/wire';
import { vi } from 'vitest';
import { create, type IngestDeps } from '../service.js';
import { NOW_MS, utterance } from './start-ingest.js';

export const TENANT = 'bank';
export const INBOUND_TOPICS = {
  [TOPICS.inbound]: { partitions: 3 },
  [TOPICS.conversations]: { partitions: 4 },
  [TOPICS.deadLetters]: { partitions: 2 },
};

export interface Published {
  key?: string;
  value: Uint8Array;
  headers?: Record<string, string>;
}

/** A door that hears an inbound topic of this log, and listens on free ports. */
export async function hearInbound(log: Log, more: Partial<IngestDeps> = {}) {
  const scope = createScope();
  const lines: string[] = [];
  const metrics = createMetrics();
  const masker = createMasker({ key: 'a key of at least sixteen bytes' });
  const ingest = create({
    log,
    inbound: [{ topic: TOPICS.inbound, tenant: TENANT }],
    masker: () => masker,
    ruleSetStamp: () => ({ epoch: 7, hash: 'abc', appliesToRunning: false }),
    keys: { check: () => ({ ok: false, code: 'unauthenticated' }), configured: () => false },
    clock: () => NOW_MS,
    logger: createLogger({ service: 'ingest', level: 'debug', to: { write: (line) => void lines.push(line) } }),
    metrics,
    grpc: { host: '127.0.0.1', port: 0 },
    http: { host: '127.0.0.1', port: 0 },
    ...more,
  });
  const { http } = await ingest.start();
  scope.use('ingest', ingest);
  const figure = async (name: string) =>
    Number(new RegExp(`^${name}(?:{[^}]*})? (.+)$`, 'm').exec(await metrics.text())?.[1] ?? 0);
  return { ingest, lines, metrics, figure, url: http.url, close: () => scope.close() };
}

export async function publish(log: Log, records: readonly Published[]): Promise<void> {
  await log.append(
    records.map(({ key = 'c1', value, headers }) => ({
      ...{ topic: TOPICS.inbound, key, value },
      ...(headers && { headers: headersOf(headers) }),
    })),
  );
}

export function headersOf(headers: Record<string, string>): RecordHeaders {
  return new Map(Object.entries(headers).map(([name, value]) => [name, new TextEncoder().encode(value)]));
}

export function words(segment: number, text = '您好', conversationId = 'c1'): Published {
  return { key: conversationId, value: encodeConversationEvent({ ...utterance(segment, text), conversationId }) };
}

export function jsonWords(segment: number, text = '您好', headers: Record<string, string> = {}): Published {
  const { body } = utterance(segment, text);
  return { value: Buffer.from(JSON.stringify(body)), headers: { 'content-type': 'application/json', ...headers } };
}

async function recordsOf(log: Log, topic: string): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  for (let partition = 0; partition < log.partitions(topic); partition++) {
    const { first, next } = await log.bounds(topic, partition);
    found.push(...(await log.read(topic, partition, first, next - first)));
  }
  return found;
}

/** By offset inside each partition. */
export async function factsOn(log: Log): Promise<ConversationFact[]> {
  return (await recordsOf(log, TOPICS.conversations)).map(({ value }) => decodeConversationFact(value));
}

export async function lettersOn(log: Log): Promise<DeadLetter[]> {
  return (await recordsOf(log, TOPICS.deadLetters)).map(({ value }) => decodeDeadLetter(value));
}

export const segmentOf = ({ body }: ConversationFact) => (body.kind === 'utterance' ? body.segment : -1);

/** Asks until it is so. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  await vi.waitUntil(condition, { timeout: 20_000, interval: 10 });
}
