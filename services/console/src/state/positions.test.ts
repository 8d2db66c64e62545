import type { Log } from '@earshot/log';
import { expect, it } from 'vitest';
import { stillNeeded } from './positions.js';

const NEXT = 1_000;

function logOf(neededFrom: (number | undefined)[], first = 0): Log {
  const committed = neededFrom.map((one) => one && NEXT);
  return {
    partitions: () => neededFrom.length,
    bounds: async () => ({ first, next: NEXT }),
    groups: async () => [
      { group: 'other', committed, neededFrom: neededFrom.map(() => 1) },
      { group: 'rule-engine', committed, neededFrom },
    ],
  } as Partial<Log> as Log;
}

const limits = { group: 'rule-engine', least: 100, most: 600 };

it('begins where the group would, between the least and the most that may be read', async () => {
  const log = logOf([700, 950, 200, undefined]);
  expect(await stillNeeded(log, 'conversations', limits)).toEqual({ 0: 700, 1: 900, 2: 400, 3: 400 });
});

it('begins no earlier than the log does', async () => {
  expect(await stillNeeded(logOf([700, 950], 960), 'conversations', limits)).toEqual({ 0: 960, 1: 960 });
});

it('reads the most where the group has never been', async () => {
  expect(await stillNeeded(logOf([700]), 'conversations', { ...limits, group: 'nobody' })).toEqual({ 0: 400 });
});
