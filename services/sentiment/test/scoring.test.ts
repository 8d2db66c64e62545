import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createMetrics, silentLogger } from '@earshot/kit';
import type { Assignment, Log, LogRecord } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import {
  type ConversationFact,
  conversationKey,
  type EventBody,
  type Score,
  scoreId,
  type Utterance,
} from '@earshot/model';
import { createScorer, loadShippedModel } from '@earshot/sentiment';
import { decodeConversationFact, encodeConversationFact, TOPICS } from '@earshot/wire';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { scorePartition } from '../src/on-utterances.js';
import { create, type Hears } from '../src/service.js';

const TOPIC = TOPICS.conversations;
const PARTITIONS = 4;
const scorer = createScorer(loadShippedModel());

let dir: string;
let log: Log;

const open = () => openEmbeddedLog({ dir, topics: { [TOPIC]: { partitions: PARTITIONS } } });

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sentiment-'));
  log = await open();
});

afterEach(async () => {
  await log.close();
  rmSync(dir, { recursive: true, force: true });
});

const said = (segment: number, text: string, more: Partial<Utterance> = {}): Utterance => ({
  kind: 'utterance',
  participantId: 'c1',
  role: 'customer',
  leg: 'c1',
  segment,
  revision: 0,
  final: true,
  text,
  startMs: 1_000,
  endMs: 2_000,
  ...more,
});

const factOf = (body: EventBody, conversationId = 'call-1', tenant = 'bank'): ConversationFact => ({
  tenant,
  conversationId,
  eventId: `${conversationId}-${JSON.stringify(body).length}`,
  atMs: 2_000,
  receivedAtMs: 3_000,
  source: 'voice',
  ruleSet: { epoch: 1, hash: 'h', appliesToRunning: false },
  body,
});

const write = (...facts: ConversationFact[]) =>
  log.append(
    facts.map((fact) => ({
      topic: TOPIC,
      key: conversationKey(fact.tenant, fact.conversationId),
      value: encodeConversationFact(fact),
    })),
  );

async function everything(): Promise<(LogRecord & { fact: ConversationFact })[]> {
  const all = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { first, next } = await log.bounds(TOPIC, partition);
    all.push(...(await log.read(TOPIC, partition, first, next - first)));
  }
  return all.map((record) => ({ ...record, fact: decodeConversationFact(record.value) }));
}

type Scored = LogRecord & { fact: ConversationFact & { body: Score } };
const scores = async () => (await everything()).filter(({ fact }) => fact.body.kind === 'score') as Scored[];

async function runOnce(options: { hears?: Hears; maxAgeMs?: number } = {}) {
  const failures: Error[] = [];
  const lines: string[] = [];
  const metrics = createMetrics();
  const service = await create({
    log,
    metrics,
    logger: createLogger({ service: 'sentiment', level: 'debug', to: { write: (line) => void lines.push(line) } }),
    hears: options.hears ?? (() => ({ staff: false })),
    onFatal: (error) => failures.push(error),
    ...(options.maxAgeMs === undefined ? {} : { settings: { maxAgeMs: options.maxAgeMs } }),
  });
  // Twice: the second reads the scores that the first wrote.
  await service.caughtUp();
  await service.caughtUp();
  await service.stop();
  expect(failures).toEqual([]);
  return { lines, metrics: await metrics.text() };
}

describe('sentiment over a real log', () => {
  test('scores what customers have finished saying, in the conversation’s own partition, and nothing else', async () => {
    await write(
      factOf(said(0, '你们太过分了，我要投诉')),
      factOf(said(1, '我还没说', { final: false })),
      factOf(said(0, '请您稍等', { role: 'agent', leg: 'a1', participantId: 'a1' })),
      factOf(said(0, 'for help press one', { role: 'ivr', leg: 'i', participantId: 'i' })),
      factOf({ kind: 'ended' }),
      factOf(said(0, '好的谢谢', { revision: 3 }), 'call-2'),
    );
    await runOnce();
    const found = await scores();
    expect(found.map(({ fact }) => fact.conversationId).sort()).toEqual(['call-1', 'call-2']);
    for (const { fact, key, partition } of found) {
      const { revision } = fact.body;
      expect(partition).toBe(log.partitionOf(TOPIC, key));
      expect(fact.eventId).toBe(scoreId('bank', fact.conversationId, 'u:c1:0', revision, scorer.model));
      expect(fact).toMatchObject({ tenant: 'bank', atMs: 2_000, receivedAtMs: 0 });
      expect(fact.body.scores).toEqual(scorer.score(revision === 3 ? '好的谢谢' : '你们太过分了，我要投诉'));
    }
  });

  test('infers what staff feel only for a tenant that switched it on', async () => {
    const agent = said(0, '烦死了', { role: 'agent', leg: 'a1', participantId: 'a1' });
    await write(factOf(agent, 'off', 'bank'), factOf(agent, 'on', 'shop'));
    await runOnce({ hears: (tenant) => ({ staff: tenant === 'shop' }) });
    expect((await scores()).map(({ fact }) => fact.conversationId)).toEqual(['on']);
  });

  test('goes on after a restart where it was', async () => {
    await write(factOf(said(0, '一')), factOf(said(1, '二')));
    await runOnce();
    await log.close();
    log = await open();
    await write(factOf(said(2, '三')));
    await runOnce();
    expect((await scores()).map(({ fact }) => fact.body.segment)).toEqual([0, 1, 2]);
  });

  test('what brought nothing to score does not stay unread: the group is behind with nothing', async () => {
    await write(factOf({ kind: 'ended' }), factOf(said(0, '好的'), 'call-2'), factOf({ kind: 'ended' }, 'call-3'));
    const onFatal = (error: Error) => {
      throw error;
    };
    const deps = { log, metrics: createMetrics(), logger: silentLogger(), hears: () => ({ staff: false }), onFatal };
    const service = await create({ ...deps, settings: { commitWithinMs: 10 } });
    try {
      await vi.waitFor(async () => {
        expect(await scores()).toHaveLength(1);
        const ends = await Promise.all(
          Array.from({ length: PARTITIONS }, async (_, at) => (await log.bounds(TOPIC, at)).next),
        );
        const [group] = await log.groups(TOPIC);
        expect(group?.committed.map((offset) => offset ?? 0)).toEqual(ends);
      }, 10_000);
    } finally {
      await service.stop();
    }
  });

  test('leaves words so old that their conversation is closed, and counts them', async () => {
    await write(factOf(said(0, '很久以前')));
    const { metrics } = await runOnce({ maxAgeMs: -3_600_000 });
    expect(await scores()).toEqual([]);
    expect(metrics).toContain('earshot_sentiment_left_total{reason="late"} 1');
  });

  test('goes past what cannot be read, and no word reaches a log line or a metric', async () => {
    const value = Buffer.from('不是记录');
    await log.append([{ topic: TOPIC, key: 'bank|call-1', value }]);
    await write(factOf(said(0, '机密')));
    const { lines, metrics } = await runOnce();
    expect(metrics).toContain('earshot_sentiment_scored_total 1');
    expect(`${lines.join('')}${metrics}`).not.toMatch(/机密|不是记录|call-1/);
  });
});

describe('one partition', () => {
  const partition = 2;
  const record = (offset: number, body: EventBody): LogRecord => ({
    topic: TOPIC,
    partition,
    offset,
    key: 'bank|call-1',
    value: encodeConversationFact(factOf(body)),
    timestampMs: log.clock(),
  });
  const handler = (append: Log['append'], commit: Assignment['commit']) =>
    scorePartition({ topic: TOPIC, partition, first: 0, commit } as Assignment, {
      log: { clock: () => log.clock(), append } as Log,
      scorer,
      hears: () => ({ staff: false }),
      maxAgeMs: 60_000,
      commitEvery: 2,
      commitWithinMs: 60_000,
      onScored: () => undefined,
      onLeft: () => undefined,
    });

  test('moves the offset only after the scores are durable, and says the same again after a crash in between', async () => {
    const order: string[] = [];
    const written: Uint8Array[] = [];
    const append: Log['append'] = async (entries) => {
      written.push(...entries.map(({ value }) => value));
      await Promise.resolve();
      order.push('durable');
      return entries.map((_, i) => i);
    };
    const crash = () => Promise.reject(new Error('crash'));
    const batch = [record(0, said(0, '气死我了'))];
    await expect(handler(append, crash).handle(batch)).rejects.toThrow('crash');
    await handler(append, async (offset) => void order.push(`commit ${offset}`)).handle(batch);
    expect(order).toEqual(['durable', 'durable', 'commit 1']);
    expect(written[1]).toEqual(written[0]);
  });

  test('keeps the offset where it is if the scores cannot be written', async () => {
    const committed: number[] = [];
    const full = () => Promise.reject(new Error('log-full'));
    const one = handler(full, async (offset) => void committed.push(offset));
    await expect(one.handle([record(0, said(0, '好'))])).rejects.toThrow('log-full');
    expect(committed).toEqual([]);
  });

  test('lets the offset follow at a distance where there is nothing to say', async () => {
    const committed: number[] = [];
    const one = handler(
      async () => [],
      async (offset) => void committed.push(offset),
    );
    await one.handle([record(0, { kind: 'ended' })]);
    expect(committed).toEqual([]);
    await one.handle([record(1, { kind: 'ended' })]);
    expect(committed).toEqual([2]);
  });
});
