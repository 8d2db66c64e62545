import type { LogRecord } from '@earshot/log';
import { describe, expect, test } from 'vitest';
import { decodeIntent, encodeIntent, nextBatch, tokenOf } from './range.js';

function records(...offsets: number[]): LogRecord[] {
  return offsets.map((offset) => ({
    topic: 't',
    partition: 0,
    offset,
    key: 'k',
    value: new Uint8Array(),
    timestampMs: 0,
  }));
}

describe('the borders of a batch', () => {
  test('without an open intent: what is held, up to the limit', () => {
    expect(nextBatch([], undefined, 3)).toBeUndefined();
    expect(nextBatch(records(4, 5), undefined, 3)).toMatchObject({ from: 4, to: 6 });
    expect(nextBatch(records(4, 5, 6, 7), undefined, 3)).toMatchObject({ from: 4, to: 7 });
  });

  test('with one: exactly that range again, however the log hands the records out', () => {
    expect(nextBatch(records(4, 5), { to: 9 }, 3)).toBeUndefined();
    expect(nextBatch(records(4, 5, 6, 7, 8), { to: 9 }, 3)).toMatchObject({ from: 4, to: 9 });
    const more = nextBatch(records(4, 5, 6, 7, 8, 9, 10), { to: 9 }, 3);
    expect(more).toMatchObject({ from: 4, to: 9 });
    expect(more?.records).toHaveLength(5);
  });

  test('offsets that the log left out do not hold a batch up', () => {
    expect(nextBatch(records(4, 7, 11), { to: 9 }, 3)).toMatchObject({ to: 9 });
  });

  test('an intent that lies behind, or is none, counts as none', () => {
    expect(nextBatch(records(9, 10), { to: 9 }, 1)).toMatchObject({ from: 9, to: 10 });
    for (const metadata of [undefined, '', 'x', '{}', '{"to":"9"}', '{"to":1.5}', 'null']) {
      expect(decodeIntent(metadata)).toBeUndefined();
    }
    expect(decodeIntent(encodeIntent({ to: 9 }))).toEqual({ to: 9 });
  });

  test('two ranges never share a name', () => {
    const names = [
      tokenOf('t', 1, 2, 3),
      tokenOf('t', 12, 2, 3),
      tokenOf('t', 1, 22, 3),
      tokenOf('t', 1, 2, 33),
      tokenOf('u', 1, 2, 3),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});
