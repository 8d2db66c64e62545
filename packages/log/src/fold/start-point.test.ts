import { describe, expect, test } from 'vitest';
import { writeMark } from './commit-metadata.js';
import { startPoint } from './start-point.js';

describe('where a new owner begins', () => {
  test.each([
    ['nothing was committed: live from the first record', undefined, 5, { from: 5, liveAt: 5 }],
    [
      'a mark: refold from there, live at the commit',
      { offset: 90, metadata: writeMark(40) },
      0,
      { from: 40, liveAt: 90 },
    ],
    ['a mark at the commit: nothing to refold', { offset: 90, metadata: writeMark(90) }, 0, { from: 90, liveAt: 90 }],
  ])('%s', (_name, committed, first, expected) => {
    expect(startPoint(committed, first)).toEqual(expected);
  });

  test.each([
    ['metadata is missing', { offset: 90, metadata: '' }, 0, { from: 0, liveAt: 90 }, 'commit-without-mark'],
    ['metadata is not ours', { offset: 90, metadata: 'mark=4x' }, 0, { from: 0, liveAt: 90 }, 'commit-without-mark'],
    [
      'the log starts above the mark',
      { offset: 90, metadata: writeMark(40) },
      50,
      { from: 50, liveAt: 90 },
      'log-starts-above-mark',
    ],
    [
      'the log starts above the commit',
      { offset: 90, metadata: writeMark(40) },
      95,
      { from: 95, liveAt: 95 },
      'log-starts-above-commit',
    ],
  ])('an alarm is raised and the log is read from its start where %s', (_name, committed, first, expected, code) => {
    const { alarm, ...point } = startPoint(committed, first);
    expect(point).toEqual(expected);
    expect(alarm?.code).toBe(code);
  });
});
