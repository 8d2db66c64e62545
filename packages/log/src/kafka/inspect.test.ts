import { describe, expect, test } from 'vitest';
import { leastVersion } from './inspect.js';

const understands = (fetch: number, listOffsets: number, more: Record<number, number> = {}) =>
  Object.fromEntries(
    Object.entries({ 1: fetch, 2: listOffsets, ...more }).map(([key, maxVersion]) => [
      key,
      { minVersion: 0, maxVersion },
    ]),
  );

describe('the least release that a broker is, by what it understands', () => {
  test.each([
    ['4.2', understands(18, 11)],
    ['4.2', understands(40, 40)],
    ['4.1', understands(18, 10)],
    ['4.0', understands(17, 10)],
    ['3.9', understands(17, 9)],
    ['3.7', understands(16, 8)],
    ['3.0', understands(12, 7, { 66: 0 })],
    ['2.7', understands(12, 6)],
    ['', understands(11, 5)],
    ['', {}],
  ])('%s', (release, understood) => {
    expect(leastVersion(understood)).toBe(release);
  });
});
