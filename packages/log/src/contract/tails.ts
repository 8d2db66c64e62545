import { expect, test } from 'vitest';
import type { Log, LogRecord, Subscription, TailOptions } from '../port.js';
import { bytes, distinct, gate, keyFor, type LogUnderTest, startReader, text, until } from './harness.js';

interface Tail {
  subscription: Subscription;
  records: LogRecord[];
  errors: unknown[];
}

async function startTail(
  log: Log,
  topic: string,
  from: TailOptions['from'],
  handle?: TailOptions['handle'],
): Promise<Tail> {
  const records: LogRecord[] = [];
  const errors: unknown[] = [];
  const subscription = await log.tail({
    topic,
    from,
    handle: async (batch) => {
      await handle?.(batch);
      records.push(...batch);
    },
    onError: (error) => errors.push(error),
  });
  return { subscription, records, errors };
}

/** Appends, and returns a log time that lies behind this entry and before all later ones. */
async function appendAndPass(log: Log, value: string): Promise<number> {
  await log.append([{ topic: 'calls', key: value, value: bytes(value) }]);
  const appendedMs = log.clock();
  await until(() => log.clock() > appendedMs + 1);
  return appendedMs + 1;
}

export function tailContract(made: () => LogUnderTest): void {
  test('a tail from a log time begins with the first record at or after it, and goes on', async () => {
    const { log } = made();
    await appendAndPass(log, 'old');
    const sinceMs = await appendAndPass(log, 'older than asked');
    await log.append([{ topic: 'calls', key: 'k', value: bytes('new') }]);
    const tail = await startTail(log, 'calls', { timestampMs: sinceMs });
    await tail.subscription.caughtUp();
    expect(distinct(tail.records)).toEqual(['new']);
    await log.append([{ topic: 'calls', key: 'k', value: bytes('live') }]);
    await until(() => tail.records.some((record) => text(record) === 'live'));
    const all = await startTail(log, 'calls', { timestampMs: 0 });
    await all.subscription.caughtUp();
    expect(distinct(all.records).sort()).toEqual(['live', 'new', 'old', 'older than asked']);
  });

  test('a tail from the time of a record begins with that record', async () => {
    const { log } = made();
    for (const value of ['a', 'b', 'c']) await appendAndPass(log, value);
    const records = await startTail(log, 'calls', { timestampMs: 0 });
    await records.subscription.caughtUp();
    const second = records.records.find((record) => text(record) === 'b');
    const tail = await startTail(log, 'calls', { timestampMs: second?.timestampMs ?? 0 });
    await tail.subscription.caughtUp();
    expect(distinct(tail.records).sort()).toEqual(['b', 'c']);
  });

  test('a tail from a time to come hands out only what is appended later', async () => {
    const { log } = made();
    await log.append([{ topic: 'single', key: 'k', value: bytes('old') }]);
    const tail = await startTail(log, 'single', { timestampMs: log.clock() + 60_000 });
    await tail.subscription.caughtUp();
    await log.append([{ topic: 'single', key: 'k', value: bytes('new') }]);
    await until(() => tail.records.length > 0);
    expect(distinct(tail.records)).toEqual(['new']);
  });

  test('a cursor made of what a tail handed out goes on exactly behind it, on a reopened log too', async () => {
    const { log } = made();
    const append = (target: Log, round: number) =>
      target.append(
        [0, 1, 2, 3].map((p) => ({ topic: 'calls', key: keyFor(target, 'calls', p), value: bytes(`${round}/${p}`) })),
      );
    await append(log, 1);
    const tail = await startTail(log, 'calls', { offsets: {} });
    await tail.subscription.caughtUp();
    await tail.subscription.stop();
    expect(distinct(tail.records).sort()).toEqual(['1/0', '1/1', '1/2', '1/3']);
    const offsets: Record<number, number> = {};
    for (const record of tail.records) offsets[record.partition] = record.offset + 1;
    await append(log, 2);
    const reopened = await made().reopen();
    const second = await startTail(reopened, 'calls', { offsets });
    await second.subscription.caughtUp();
    expect(distinct(second.records).sort()).toEqual(['2/0', '2/1', '2/2', '2/3']);
  });

  test('a cursor outside the log is refused', async () => {
    const { log } = made();
    const beyond = startTail(log, 'single', { offsets: { 0: 7 } });
    await expect(beyond).rejects.toMatchObject({ code: 'offset-out-of-range' });
  });

  test('every tail sees everything in the order of each partition, one batch at a time, without touching groups', async () => {
    const { log } = made();
    const values = Array.from({ length: 400 }, (_, n) => String(n));
    await log.append(values.map((value) => ({ topic: 'calls', key: `k${Number(value) % 11}`, value: bytes(value) })));
    let inHand = 0;
    let most = 0;
    const handle = async () => {
      inHand += 1;
      most = Math.max(most, inHand);
      await new Promise((resolve) => setImmediate(resolve));
      inHand -= 1;
    };
    const one = await startTail(log, 'calls', { timestampMs: 0 }, handle);
    await one.subscription.caughtUp();
    const two = await startTail(log, 'calls', { timestampMs: 0 });
    await two.subscription.caughtUp();
    expect(most).toBe(1);
    for (const tail of [one, two]) {
      expect(distinct(tail.records).sort()).toEqual([...values].sort());
      for (let p = 0; p < 4; p += 1) {
        const own = tail.records.filter(({ partition }) => partition === p).map(({ offset }) => offset);
        expect(own).toEqual(own.map((_, n) => n));
      }
    }
    const group = await startReader(log, { group: 'g', topic: 'calls' });
    await group.subscription.caughtUp();
    expect([...group.assignments.values()].map(({ committed }) => committed)).toEqual(Array(4).fill(undefined));
    expect(distinct(group.records)).toHaveLength(400);
  });

  test('a tail whose handler throws reports it and ends', async () => {
    const { log } = made();
    await log.append([{ topic: 'single', key: 'k', value: bytes('a') }]);
    const tail = await startTail(log, 'single', { timestampMs: 0 }, async () => {
      throw new Error('page is gone');
    });
    await until(() => tail.errors.length > 0);
    await expect(tail.subscription.caughtUp()).rejects.toMatchObject({ code: 'partition-stopped' });
    await tail.subscription.stop();
    expect(tail.errors).toEqual([expect.objectContaining({ message: 'page is gone' })]);
  });

  test('stopping a tail finishes what is in hand and hands out nothing after', async () => {
    const { log } = made();
    const door = gate();
    let started = 0;
    const tail = await startTail(log, 'single', { timestampMs: 0 }, async () => {
      started += 1;
      await door.opened;
    });
    await log.append([{ topic: 'single', key: 'k', value: bytes('a') }]);
    await until(() => started === 1);
    await log.append([{ topic: 'single', key: 'k', value: bytes('b') }]);
    const stopping = tail.subscription.stop();
    door.open();
    await stopping;
    expect(started).toBe(1);
    expect(distinct(tail.records)).toEqual(['a']);
  });
}
