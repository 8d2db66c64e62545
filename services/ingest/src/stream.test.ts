import type { AppendEntry, Log } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import { type EventResult, eventToWire, type StreamEventsRequest, type StreamEventsResponse } from '@earshot/wire';
import { type ClientDuplexStream, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { event, NOW_MS, startIngest, utterance } from './testing/start-ingest.js';

type Stream = ClientDuplexStream<StreamEventsRequest, StreamEventsResponse>;

let running: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(running.map((one) => one.close()));
  running = [];
});

async function start(options: Parameters<typeof startIngest>[0] = {}) {
  const made = await startIngest(options);
  running.push(made);
  return made;
}

function collect(stream: Stream) {
  const answers: StreamEventsResponse[] = [];
  stream.on('data', (answer: StreamEventsResponse) => answers.push(answer));
  stream.on('error', () => {});
  const ended = new Promise<void>((resolve) => stream.on('end', () => resolve()));
  return { answers, ended };
}

const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 3_000, interval: 5 });
const isAck = (result: EventResult | undefined) => result?.outcome?.$case === 'acknowledged';

/** A log whose appends wait until they are let through. */
function gate() {
  let open = false;
  let wake = () => {};
  const appended: AppendEntry[][] = [];
  const wrap = (log: Log): Log =>
    Object.assign(Object.create(log) as Log, {
      async append(entries: AppendEntry[]) {
        if (!open)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        appended.push(entries);
        return log.append(entries);
      },
      partitionOf: (topic: string, key: string) => log.partitionOf(topic, key),
    });
  return {
    wrap,
    appended,
    letThrough() {
      open = true;
      wake();
    },
  };
}

describe('the stream of events', { timeout: 20_000 }, () => {
  test('every event is answered exactly once, by its sequence, and stands on the log in the order sent', async () => {
    const { client, facts } = await start();
    const stream = client().streamEvents();
    const { answers, ended } = collect(stream);
    const count = 1_000;
    for (let n = 0; n < count; n++) stream.write({ sequence: n + 1, event: eventToWire(utterance(n)) });
    stream.end();
    await ended;
    expect(answers.map((answer) => answer.sequence).sort((a, b) => a - b)).toEqual(
      Array.from({ length: count }, (_, n) => n + 1),
    );
    expect(answers.every((answer) => isAck(answer.result))).toBe(true);
    const segments = (await facts('c1')).map((fact) => (fact.body.kind === 'utterance' ? fact.body.segment : -1));
    expect(segments).toEqual(Array.from({ length: count }, (_, n) => n));
  });

  test('what is acknowledged can be read at the offset that the acknowledgement names', async () => {
    const { client, log } = await start();
    const stream = client().streamEvents();
    const { answers, ended } = collect(stream);
    stream.write({ sequence: 1, event: eventToWire(utterance(0, '我要投诉')) });
    stream.end();
    await ended;
    const outcome = answers[0]?.result?.outcome;
    if (outcome?.$case !== 'acknowledged') throw new Error('not acknowledged');
    const { partition, offset } = outcome.acknowledged;
    const [record] = await log.read('earshot.conversations.v1', partition, offset, 1);
    expect(record?.key).toBe('default|c1');
  });

  test('nothing is acknowledged before the append has resolved', async () => {
    const held = gate();
    const { client } = await start({ wrapLog: held.wrap });
    const stream = client().streamEvents();
    const { answers, ended } = collect(stream);
    for (let n = 0; n < 3; n++) stream.write({ sequence: n, event: eventToWire(utterance(n)) });
    // A refused one is answered at once: so the stream is alive, and the others are waiting for the log.
    stream.write({ sequence: 9, event: eventToWire(utterance(-1)) });
    await until(() => answers.length > 0);
    expect(answers.map((answer) => answer.sequence)).toEqual([9]);
    held.letThrough();
    stream.end();
    await ended;
    expect(answers.filter((answer) => isAck(answer.result))).toHaveLength(3);
  });

  test('a log that stands still stops the reading at the window, and everything arrives once it moves', async () => {
    const held = gate();
    const { client, metrics } = await start({ wrapLog: held.wrap, limits: { window: 8 } });
    const received = async () => Number(/^earshot_events_received_total (\d+)/m.exec(await metrics.text())?.[1]);
    const stream = client().streamEvents();
    const { answers, ended } = collect(stream);
    for (let n = 0; n < 200; n++) stream.write({ sequence: n, event: eventToWire(utterance(n)) });
    stream.end();
    await vi.waitFor(async () => expect(await received()).toBe(8), { timeout: 3_000, interval: 5 });
    expect(answers).toEqual([]);
    held.letThrough();
    await ended;
    expect(answers).toHaveLength(200);
  });

  test('what arrives while the log is busy goes in one append', async () => {
    const held = gate();
    const { client } = await start({ wrapLog: held.wrap });
    const stream = client().streamEvents();
    const { answers, ended } = collect(stream);
    for (let n = 0; n < 100; n++) stream.write({ sequence: n, event: eventToWire(utterance(n)) });
    stream.write({ sequence: 100, event: eventToWire(utterance(-1)) });
    await until(() => answers.length === 1);
    held.letThrough();
    stream.end();
    await ended;
    expect(held.appended.length).toBeLessThanOrEqual(3);
  });

  test.each([
    ['a full log', new EarshotError('log-full', 'no room', { retry: true }), 'log-full'],
    ['a log that breaks in a way nobody foresaw', new Error('canary'), 'internal'],
  ])('%s refuses with a code that says to try again, and quotes nothing', async (_title, thrown, code) => {
    const failing = (log: Log): Log =>
      Object.assign(Object.create(log) as Log, { append: () => Promise.reject(thrown) });
    const { client, lines, metrics } = await start({ wrapLog: failing });
    const stream = client().streamEvents();
    const { answers, ended } = collect(stream);
    stream.write({ sequence: 1, event: eventToWire(utterance(0, 'canary')) });
    stream.end();
    await ended;
    const outcome = answers[0]?.result?.outcome;
    expect(outcome).toMatchObject({ $case: 'refused', refused: { code, retry: true } });
    expect(JSON.stringify(answers) + lines.join('') + (await metrics.text())).not.toContain('canary');
  });

  test('the fact carries tenant, arrival, rule set and source, and masked words', async () => {
    const { client, facts } = await start();
    const metadata = new Metadata();
    metadata.set('earshot-source', 'voice');
    const stream = client().streamEvents(metadata);
    const { ended } = collect(stream);
    stream.write({ sequence: 1, event: eventToWire(utterance(0, '我的手机是13800138000')) });
    stream.write({ sequence: 2, event: eventToWire(event({ kind: 'ended' }, { eventId: 'e2' })) });
    stream.end();
    await ended;
    const [words, end] = await facts('c1');
    expect(words).toMatchObject({
      tenant: 'default',
      receivedAtMs: NOW_MS,
      source: 'voice',
      ruleSet: { epoch: 7, hash: 'abc', appliesToRunning: false },
      eventId: expect.stringMatching(/^[a-z2-7]{26}$/),
      body: { text: expect.stringMatching(/^我的手机是\[MOBILE:[0-9a-f]+\]$/) },
    });
    expect(end?.eventId).toBe('e2');
  });

  test('stopping acknowledges what is in hand and tells the sender to come back', async () => {
    const held = gate();
    const { client, ingest, facts, metrics } = await start({ wrapLog: held.wrap });
    const stream = client().streamEvents();
    const { answers } = collect(stream);
    const failed = new Promise<ServiceError>((resolve) => stream.on('error', (error: ServiceError) => resolve(error)));
    for (let n = 0; n < 20; n++) stream.write({ sequence: n, event: eventToWire(utterance(n)) });
    await vi.waitFor(async () => expect(await metrics.text()).toContain('earshot_events_received_total 20'));
    const stopped = ingest.stop();
    held.letThrough();
    await stopped;
    expect((await failed).code).toBe(status.UNAVAILABLE);
    expect(answers.filter((answer) => isAck(answer.result))).toHaveLength(20);
    expect(await facts('c1')).toHaveLength(20);
  });
});

describe('the unary batch', () => {
  const append = (
    client: ReturnType<Awaited<ReturnType<typeof start>>['client']>,
    events: ReturnType<typeof utterance>[],
  ) =>
    new Promise<EventResult[]>((resolve, reject) => {
      client.appendEvents({ events: events.map(eventToWire) }, (error, answer) =>
        error ? reject(error) : resolve(answer.results),
      );
    });

  test('one result per event, in order, good and bad side by side', async () => {
    const { client, facts } = await start();
    const results = await append(client(), [utterance(0), utterance(-1), utterance(1)]);
    expect(results.map((result) => result.outcome?.$case)).toEqual(['acknowledged', 'refused', 'acknowledged']);
    expect(await facts('c1')).toHaveLength(2);
  });

  test('501 events are refused as a whole', async () => {
    const { client, facts } = await start();
    const events = Array.from({ length: 501 }, (_, n) => utterance(n));
    await expect(append(client(), events)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(await facts('c1')).toEqual([]);
  });
});
