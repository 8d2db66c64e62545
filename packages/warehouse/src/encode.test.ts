import { expect, test } from 'vitest';
import { encodeRows } from './encode.js';

test('a large batch lets others have their turn, and is the same rows in the same order', async () => {
  const rows = Array.from({ length: 5_000 }, (_, n) => ({ id: `it's ${n}\n`, n, big: 2n ** 64n - 1n - BigInt(n) }));
  let turns = 0;
  let going = true;
  const other = () => {
    turns += 1;
    if (going) setImmediate(other);
  };
  setImmediate(other);
  let body = '';
  for await (const part of encodeRows(rows)) body += part;
  going = false;
  expect(turns).toBeGreaterThanOrEqual(9);
  const read = body.trimEnd().split('\n');
  expect(read.map((line) => JSON.parse(line))).toEqual(rows.map((row) => ({ ...row, big: String(row.big) })));
});
