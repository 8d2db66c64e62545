import type { Expectation } from '@earshot/testkit';
import { expect, test } from 'vitest';
import { compare } from '../support/scenarios.js';

const shows: Expectation = { kind: 'shows', where: 'desk', rule: 'r', from: 2, to: 3 };
const never: Expectation = { kind: 'never', where: 'desk', rule: 'r' };
const retracts: Expectation = { kind: 'retracts', where: 'desk', rule: 'r', from: 4, to: 5 };
const at = (fromMs: number, toMs?: number) => ({
  alertId: 'a',
  rule: 'r',
  fromMs,
  ...(toMs === undefined ? {} : { toMs }),
});

test.each([
  ['in time', [shows], [at(2_500)], 0],
  ['too late', [shows], [at(4_200)], 1],
  ['too early', [shows], [at(1_500)], 1],
  ['not at all', [shows], [], 1],
  ['twice', [shows], [at(2_500), at(2_600)], 1],
  ['what must never be', [never], [at(1)], 2],
  ['what nobody asked for', [], [at(1)], 1],
  ['taken back in time', [shows, retracts], [at(2_500, 4_500)], 0],
  ['never taken back', [shows, retracts], [at(2_500)], 1],
] as const)('a prompt shown %s is judged so', (_title, expected, shown, faults) => {
  expect(compare([...expected], 'desk', [...shown], 0)).toHaveLength(faults);
});
