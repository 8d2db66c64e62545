import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHealth } from '@earshot/kit';
import type { Log } from '@earshot/log';
import { openSpool } from '@earshot/log/spool';
import {
  type AppendEventsResponse,
  decodeStatus,
  eventToWire,
  retryInfo,
  type StreamEventsResponse,
  TOPICS,
} from '@earshot/wire';
import { type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FaultyLog } from './testing/faulty-log.js';
import { NOW_MS, startIngest, utterance } from './testing/start-ingest.js';

const topics = { [TOPICS.conversations]: { partitions: 4 } };
let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

/** A running door with a spool, over a log whose answers the test decides. */
async function start(options: { maxBytes?: number } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'ingest-spooling-'));
  closing.push(async () => rmSync(dir, { recursive: true, force: true }));
  const spool = await openSpool({ dir, topics, ...options });
  closing.push(() => spool.close());
  let faulty: FaultyLog | undefined;
  const wrapLog = (log: Log): Log => {
    const line = new FaultyLog(log);
    faulty = line;
    return Object.assign(Object.create(log) as Log, { append: line.append.bind(line) });
  };
  const health = createHealth();
  const door = await startIngest({ wrapLog, spool, health });
  const fault = (kind: 'well' | 'away') => {
    if (faulty) faulty.fault = () => kind;
  };
  closing.push(() => {
    fault('well');
    return door.close();
  });
  const post = async (events: object[]) => {
    const body = JSON.stringify(events);
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${door.url}/v1/conversations/c1/events`, { method: 'POST', headers, body });
    return {
      status: reply.status,
      retryAfter: reply.headers.get('retry-after'),
      body: (await reply.json()) as unknown,
    };
  };
  const append = (count: number) =>
    new Promise<AppendEventsResponse>((resolve, reject) => {
      const events = Array.from({ length: count }, (_, n) => eventToWire(utterance(n)));
      door.client().appendEvents({ events }, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  const stream = async (count: number) => {
    const call = door.client().streamEvents();
    const answers: StreamEventsResponse[] = [];
    for (let n = 0; n < count; n++) call.write({ sequence: n, event: eventToWire(utterance(n)) });
    call.end();
    for await (const answer of call) answers.push(answer as StreamEventsResponse);
    return answers;
  };
  return { ...door, spool, fault, post, append, stream, ready: () => health.ready() };
}

const words = (segment: number) => ({
  kind: 'utterance',
  participantId: 'p1',
  role: 'customer',
  leg: 'a',
  segment,
  text: '您好',
  startMs: NOW_MS - 2_000,
  endMs: NOW_MS - 1_000,
});

describe('a door whose log is away', { timeout: 20_000 }, () => {
  test('says over gRPC that the event is durable and has no place on the log yet', async () => {
    const { stream, append, fault } = await start();
    fault('away');
    const answers = await stream(3);
    const results = [...answers.map(({ result }) => result), ...(await append(2)).results];
    expect(results).toHaveLength(5);
    for (const result of results) {
      expect(result?.outcome).toEqual({
        $case: 'acknowledged',
        acknowledged: { partition: expect.any(Number), offset: -1, spooled: true },
      });
    }
  });

  test('says so over HTTP, and readiness tells the operator and keeps the senders', async () => {
    const { post, fault, url, ready } = await start();
    fault('away');
    const { status: code, body } = await post([words(0)]);
    expect(code).toBe(200);
    expect(body).toMatchObject({ results: [{ acknowledged: { partition: expect.any(Number), spooled: true } }] });
    expect(JSON.stringify(body)).not.toContain('offset');
    const probe = await fetch(`${url}/readyz`);
    expect([probe.status, await probe.json()]).toEqual([200, await ready()]);
    expect((await ready()).checks).toEqual([{ name: 'spool', ok: true, note: 'spooling: 1 events wait for the log' }]);
  });

  test('brings everything to the log in order, with the time of arrival', async () => {
    const { stream, fault, facts } = await start();
    fault('away');
    await stream(20);
    fault('well');
    await vi.waitFor(async () => expect(await facts('c1')).toHaveLength(20), { timeout: 10_000, interval: 10 });
    const found = await facts('c1');
    expect(found.map(({ body }) => (body.kind === 'utterance' ? body.segment : -1))).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
    expect(new Set(found.map(({ receivedAtMs }) => receivedAtMs))).toEqual(new Set([NOW_MS]));
  });

  test('stopping hands over what it has, and later looks at the figures do no harm', async () => {
    const { stream, fault, facts, ingest, spool, metrics } = await start();
    fault('away');
    await stream(5);
    fault('well');
    await ingest.stop();
    expect(await facts('c1')).toHaveLength(5);
    await spool.close();
    expect(await metrics.text()).toContain('earshot_ingest_spool_entries 0');
  });
});

describe('a door whose spool is full too', { timeout: 20_000 }, () => {
  test('answers 429 with Retry-After over HTTP, and is not ready', async () => {
    const { post, fault, ready } = await start({ maxBytes: 1 });
    fault('away');
    const refused = await post([words(0), words(1)]);
    expect([refused.status, refused.retryAfter]).toEqual([429, '5']);
    expect(refused.body).toMatchObject({
      acknowledged: 0,
      results: [{ refused: { code: 'spool-full', retry: true, retryAfterMs: 5_000 } }, {}],
    });
    expect(await ready()).toMatchObject({ ok: false, checks: [{ name: 'spool', reason: 'spool-full' }] });
  });

  test('answers RESOURCE_EXHAUSTED with RetryInfo where a call has nothing else to say', async () => {
    const { append, fault } = await start({ maxBytes: 1 });
    fault('away');
    const error = (await append(3).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )) as ServiceError;
    expect([
      error.code,
      String(error.metadata.get('earshot-code')),
      String(error.metadata.get('earshot-retry')),
    ]).toEqual([status.RESOURCE_EXHAUSTED, 'spool-full', 'true']);
    const [bytes] = error.metadata.get('grpc-status-details-bin');
    const [detail] = decodeStatus(bytes as Buffer).details;
    expect({ message: detail?.message, bytes: Buffer.from(detail?.bytes ?? []) }).toEqual({
      message: 'google.rpc.RetryInfo',
      bytes: Buffer.from(retryInfo(5_000).bytes),
    });
  });

  test('refuses each event of a stream with the hint, and the stream goes on', async () => {
    const { stream, fault } = await start({ maxBytes: 1 });
    fault('away');
    const answers = await stream(3);
    expect(answers.map(({ sequence }) => sequence).sort()).toEqual([0, 1, 2]);
    for (const { result } of answers) {
      expect(result?.outcome).toMatchObject({
        $case: 'refused',
        refused: { code: 'spool-full', retry: true, retryAfterMs: 5_000 },
      });
    }
  });
});
