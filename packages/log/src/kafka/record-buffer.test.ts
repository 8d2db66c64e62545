import { expect, test } from 'vitest';
import type { LogRecord } from '../port.js';
import { toFetched } from './fetch-records.js';
import { RecordBuffer } from './record-buffer.js';

function recordsFrom(from: number, count: number, timestampMs = 1_000): LogRecord[] {
  return Array.from({ length: count }, (_, n) => ({
    topic: 't',
    partition: 0,
    offset: from + n,
    key: 'k',
    value: new Uint8Array(10),
    timestampMs,
  }));
}

function buffer(limits?: { records: number; bytes: number }) {
  const calls = { more: 0, room: 0 };
  const made = new RecordBuffer(
    0,
    0,
    () => {
      calls.more += 1;
    },
    () => {
      calls.room += 1;
    },
    limits,
  );
  const take = (from: number, count: number, timestampMs?: number, end = from + count) =>
    made.take({ partition: 0, from, records: recordsFrom(from, count, timestampMs), next: from + count, end });
  return { made, calls, take };
}

test('a full buffer wants nothing until half of it was handled, and loses nothing meanwhile', () => {
  const { made, calls, take } = buffer({ records: 1_000, bytes: 1 << 20 });
  take(0, 600);
  expect(made.wanted()).toBe(600);
  take(600, 600);
  expect(made.wanted()).toBeUndefined();
  const offsets: number[] = [];
  while (offsets.length < 1_200) {
    const chunk = made.shift();
    for (const { offset } of chunk?.records ?? []) offsets.push(offset);
    if (offsets.length < 700) expect(made.wanted()).toBeUndefined();
  }
  expect(offsets).toEqual(Array.from({ length: 1_200 }, (_, n) => n));
  expect(made.wanted()).toBe(1_200);
  expect(calls.room).toBe(1);
});

test('an answer that was asked for from another offset is dropped', () => {
  const { made, take } = buffer();
  take(0, 5);
  take(0, 5);
  take(7, 5);
  expect(made.shift()?.records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
  expect(made.shift()).toBeUndefined();
  expect(made.wanted()).toBe(5);
});

test('log time does not run backwards where a broker with a slower clock took over', () => {
  const { made, take } = buffer();
  take(0, 1, 5_000);
  take(1, 1, 4_000);
  take(2, 1, 6_000);
  const times = [made.shift(), made.shift(), made.shift()].map((chunk) => chunk?.records[0]?.timestampMs);
  expect(times).toEqual([5_000, 5_000, 6_000]);
});

test('an offset that holds nothing to hand out is passed', () => {
  const { made } = buffer();
  made.take({ partition: 0, from: 0, records: [], next: 3, end: 3 });
  expect(made.shift()).toEqual({ records: [], next: 3 });
  expect(made.wanted()).toBe(3);
});

test('a reader is behind by all that it has not handled, since the oldest of it was written', () => {
  const { made, take } = buffer();
  expect(made.lag(0)).toEqual({ records: 0 });
  take(0, 2, 5_000, 9);
  expect(made.lag(0)).toEqual({ records: 9, oldestMs: 5_000 });
  take(2, 1, 7_000, 9);
  made.shift();
  expect(made.lag(0), 'what is in hand counts').toEqual({ records: 9, oldestMs: 5_000 });
  made.shift();
  expect(made.lag(2)).toEqual({ records: 7, oldestMs: 7_000 });
  made.shift();
  expect(made.lag(3), 'not fetched yet').toEqual({ records: 6, oldestMs: 7_000 });
  take(3, 0, undefined, 3);
  expect(made.lag(3)).toEqual({ records: 0 });
});

test('what a transaction took back, and its marks, are no records', () => {
  const message = (offset: number, producerId: string, more: object = {}) => ({
    offset: String(offset),
    timestamp: '1000',
    key: Buffer.from('k'),
    value: Buffer.from(`v${offset}`),
    batchContext: { producerId, inTransaction: producerId !== '-1' },
    ...more,
  });
  const abort = { isControlRecord: true, key: Buffer.from([0, 0, 0, 0]) };
  const commit = { isControlRecord: true, key: Buffer.from([0, 0, 0, 1]) };
  const fetched = toFetched('t', 1, {
    partition: 0,
    highWatermark: '12',
    abortedTransactions: [{ producerId: '7', firstOffset: '2' }],
    messages: [
      message(0, '-1'),
      message(1, '-1'),
      message(2, '7'),
      message(3, '8'),
      message(4, '7', abort),
      message(5, '7'),
      message(6, '8', commit),
    ],
  });
  expect(fetched.records.map(({ offset }) => offset)).toEqual([1, 3, 5]);
  expect(fetched).toMatchObject({ next: 7, end: 12 });
});
