import { expect, test } from 'vitest';
import { type LaneFigures, pauseMs, sendFrom, shouldSpool } from './next-step.js';

const well: LaneFigures = {
  onDisk: 0,
  inMemory: 3,
  call: undefined,
  late: false,
  failing: false,
  pausing: false,
  writing: false,
};
const call = (from: 'disk' | 'memory' | 'nobody', count = 3) => ({ from, count });

test.each<[string, Partial<LaneFigures>, ReturnType<typeof sendFrom>, boolean]>([
  ['the log is well', {}, 'memory', false],
  ['nothing is there', { inMemory: 0 }, undefined, false],
  ['a call is out', { call: call('memory') }, undefined, false],
  ['a call is out for too long', { call: call('memory'), late: true }, undefined, true],
  ['a refused call is still out', { call: call('nobody'), late: true }, undefined, true],
  ['the last call failed', { failing: true, pausing: true }, undefined, true],
  ['the pause is over, the spool took nothing', { failing: true, call: call('memory') }, undefined, false],
  ['older ones are on the disk', { onDisk: 5 }, 'disk', true],
  ['the call that is out empties the disk', { onDisk: 3, call: call('disk') }, undefined, false],
  ['it does not', { onDisk: 4, call: call('disk') }, undefined, true],
  ['it would, but the log fails', { onDisk: 3, call: call('disk'), failing: true }, undefined, true],
  ['memory is being written', { writing: true, failing: true }, undefined, false],
  ['memory is being written behind older ones', { onDisk: 5, writing: true }, 'disk', false],
])('when %s', (_title, more, from, spools) => {
  const lane = { ...well, ...more };
  expect([sendFrom(lane), shouldSpool(lane)]).toEqual([from, spools]);
});

test('pauses double up to the longest', () => {
  expect([1, 2, 5, 6, 1_000].map((failures) => pauseMs(failures, 2_000))).toEqual([100, 200, 1_600, 2_000, 2_000]);
});
