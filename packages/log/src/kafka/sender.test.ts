import { expect, test } from 'vitest';
import type { AppendEntry } from '../port.js';
import { type SendAnswer, Sender, type SenderOptions, type SendPart } from './sender.js';

interface Held {
  parts: readonly SendPart[];
  answer(): void;
  /** `stored`: the broker has the records, but its answer is lost. */
  reject(error: Error, stored?: boolean): void;
}

/** A broker that answers when it is told to. */
function heldBroker(options: Partial<SenderOptions> = {}) {
  const stored = new Map<string, string[]>();
  const requests: Held[] = [];
  const store = (parts: readonly SendPart[]): SendAnswer[] =>
    parts.map(({ topic, partition, entries }) => {
      const name = `${topic}/${partition}`;
      const before = stored.get(name) ?? [];
      stored.set(name, [...before, ...entries.map(({ value }) => Buffer.from(value).toString())]);
      return { topic, partition, baseOffset: before.length };
    });
  const sender = new Sender({
    send: (parts) =>
      new Promise((resolve, reject) => {
        requests.push({
          parts,
          answer: () => resolve(store(parts)),
          reject: (error, had = false) => {
            if (had) store(parts);
            reject(error);
          },
        });
      }),
    laneOf: () => 'one',
    maxPendingBytes: 1 << 20,
    onTrouble: () => undefined,
    ...options,
  });
  const next = async (count = 1): Promise<Held> => {
    const deadline = performance.now() + 4_000;
    while (requests.length < count && performance.now() < deadline) await turn();
    const request = requests.splice(0, count).at(-1);
    if (!request) throw new Error('no request was made');
    return request;
  };
  return { sender, requests, stored, next };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function entry(value: string, partition = 0): AppendEntry & { partition: number } {
  return { topic: 'calls', key: 'k', partition, value: Buffer.from(value) };
}

function valuesOf({ parts }: Held): string[] {
  return parts.flatMap(({ entries }) => entries.map(({ value }) => Buffer.from(value).toString()));
}

function fault(type: string): Error {
  return Object.assign(new Error(type), { type });
}

test('the first entry goes at once, and what comes while it is in flight goes together with the next request', async () => {
  const { sender, requests, next } = heldBroker();
  const first = sender.append([entry('a')]);
  expect(requests).toHaveLength(1);
  const rest = ['b', 'c', 'd'].map((value) => sender.append([entry(value)]));
  expect(requests).toHaveLength(1);
  (await next()).answer();
  expect(await first).toEqual([0]);
  const second = await next();
  expect(valuesOf(second)).toEqual(['b', 'c', 'd']);
  second.answer();
  expect(await Promise.all(rest)).toEqual([[1], [2], [3]]);
});

test('a rejected request may have been stored: it goes again before everything behind it', async () => {
  const { sender, stored, next } = heldBroker();
  const appended = [sender.append([entry('a')]), sender.append([entry('b')])];
  (await next()).reject(new Error('connection closed'), true);
  appended.push(sender.append([entry('c')]));
  const again = await next();
  expect(valuesOf(again)).toEqual(['a', 'b', 'c']);
  again.answer();
  expect(await Promise.all(appended)).toEqual([[1], [2], [3]]);
  expect([...new Set(stored.get('calls/0'))]).toEqual(['a', 'b', 'c']);
});

test('a partition that fails travels alone and holds back no other', async () => {
  const { sender, requests, next } = heldBroker();
  const sick = sender.append([entry('sick', 1), entry('well', 2)]);
  (await next()).reject(fault('NOT_LEADER_FOR_PARTITION'));
  const healthy = sender.append([entry('fine', 3)]);
  const fine = await next();
  expect(valuesOf(fine)).toEqual(['fine']);
  fine.answer();
  await healthy;
  const deadline = performance.now() + 4_000;
  while (requests.length < 2 && performance.now() < deadline) await turn();
  expect(requests.map((request) => request.parts.map(({ partition }) => partition))).toEqual([[1], [2]]);
  (await next(2)).answer();
  const later = sender.append([entry('more', 2)]);
  const more = await next();
  expect(valuesOf(more)).toEqual(['more']);
  more.answer();
  await later;
  let over = false;
  void sick.then(() => {
    over = true;
  });
  await turn();
  expect(over).toBe(false);
});

test('whatever fails and however answers are lost, each partition keeps the order of its appends', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const chance = seededChance(seed);
    const stored = new Map<number, string[]>();
    const inFlight = new Set<number>();
    const twice: number[] = [];
    const sender = new Sender({
      send: async (parts) => {
        for (const { partition } of parts) {
          if (inFlight.has(partition)) twice.push(partition);
          inFlight.add(partition);
        }
        for (let n = Math.floor(chance() * 4); n >= 0; n -= 1) await turn();
        for (const { partition } of parts) inFlight.delete(partition);
        if (chance() < 0.1) throw new Error('not sent');
        const answers = parts.map(({ topic, partition, entries }) => {
          const before = stored.get(partition) ?? [];
          stored.set(partition, [...before, ...entries.map(({ value }) => Buffer.from(value).toString())]);
          return { topic, partition, baseOffset: before.length };
        });
        if (chance() < 0.1) throw new Error('answer lost');
        return answers;
      },
      // Leaders move all the time.
      laneOf: () => String(Math.floor(chance() * 3)),
      maxPendingBytes: 1 << 24,
      onTrouble: () => undefined,
    });
    const appends: Promise<number[]>[] = [];
    for (let n = 0; n < 300; n += 1) {
      appends.push(sender.append([entry(`${n}`, n % 3)]));
      if (chance() < 0.3) await turn();
    }
    const offsets = await Promise.all(appends);
    expect(twice).toEqual([]);
    for (let partition = 0; partition < 3; partition += 1) {
      const kept = stored.get(partition) ?? [];
      const expected = Array.from({ length: 100 }, (_, n) => String(n * 3 + partition));
      expect([...new Set(kept)]).toEqual(expected);
      for (const value of expected) expect(kept[offsets[Number(value)]?.[0] ?? -1]).toBe(value);
    }
  }
}, 30_000);

test('what would not fit is refused whole and can be tried again', async () => {
  const { sender, next } = heldBroker({ maxPendingBytes: 1_000 });
  const first = sender.append([entry('x'.repeat(700))]);
  const refused = sender.append([entry('y'.repeat(700)), entry('z', 1)]);
  await expect(refused).rejects.toMatchObject({ code: 'log-full', retry: true });
  (await next()).answer();
  await first;
  const again = sender.append([entry('y'.repeat(700))]);
  (await next()).answer();
  expect(await again).toEqual([1]);
});

test('an entry that is given up takes all behind it along, and nothing else', async () => {
  const { sender, requests, next } = heldBroker({ giveUpAfterMs: 0, laneOf: (_topic, partition) => String(partition) });
  const lost = [sender.append([entry('a')]), sender.append([entry('b')])];
  const other = sender.append([entry('c', 1)]);
  await turn();
  expect(requests).toHaveLength(2);
  (await next()).reject(new Error('connection closed'));
  for (const each of lost) await expect(each).rejects.toMatchObject({ code: 'log-unavailable', retry: true });
  (await next()).answer();
  expect(await other).toEqual([0]);
  const later = sender.append([entry('d')]);
  (await next()).answer();
  expect(await later).toEqual([0]);
});

test('a record that Kafka will never take is refused, and its partition goes on', async () => {
  const { sender, next } = heldBroker();
  const huge = sender.append([entry('huge')]);
  const behind = sender.append([entry('small')]);
  (await next()).reject(fault('MESSAGE_TOO_LARGE'));
  await expect(huge).rejects.toMatchObject({ code: 'record-refused', retry: false });
  (await next()).answer();
  expect(await behind).toEqual([0]);
});

test('what Kafka refuses us, and not the record, is no fault of the record', async () => {
  const { sender, next } = heldBroker();
  const barred = sender.append([entry('a')]);
  (await next()).reject(fault('TOPIC_AUTHORIZATION_FAILED'));
  await expect(barred).rejects.toMatchObject({
    code: 'kafka-forbidden',
    message: expect.stringContaining('right Write'),
  });
});

test('closing waits for what is on its way and takes nothing new', async () => {
  const { sender, next } = heldBroker();
  const last = sender.append([entry('a')]);
  const closed = sender.close(5_000);
  await expect(sender.append([entry('b')])).rejects.toMatchObject({ code: 'log-closed' });
  (await next()).answer();
  await closed;
  expect(await last).toEqual([0]);
});

test('closing without an answer rejects what is not known to be durable', async () => {
  const { sender } = heldBroker();
  const lost = sender.append([entry('a')]);
  const outcome = expect(lost).rejects.toMatchObject({ code: 'log-closed' });
  await sender.close(20);
  await outcome;
});

/** Mulberry32: numbers in 0..1 that a seed repeats. */
function seededChance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
