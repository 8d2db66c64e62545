import { expect, test } from 'vitest';
import { backOffMs } from './back-off.js';

const settings = { retryMs: 2_000, mostRetryMs: 30_000 };

test('waits double up to a bound, however long it lasts', () => {
  const waits = [1, 2, 3, 4, 5, 6, 5_000].map((failures) => backOffMs(failures, settings, 1));
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('chance takes off at most half', () => {
  expect(backOffMs(2, settings, 0)).toBe(2_000);
  expect(backOffMs(2, settings, 0.5)).toBe(3_000);
});
