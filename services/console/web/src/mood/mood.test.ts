import { expect, test } from 'vitest';
import { aLine, anAlert } from '../../../client/src/testing/builders.js';
import { moodMarks, moodPoints, moodSpan, nearest } from './mood.js';

const felt = (segment: number, startMs: number, over: Parameters<typeof aLine>[0] = {}) =>
  aLine({ segment, startMs, scores: { negative: segment / 10, anger: 0 }, ...over });

test('the line is made of the utterances of customers that are scored, and of staff where theirs are', () => {
  const lines = [
    felt(1, 1_000),
    felt(2, 2_000, { leg: 'agent', role: 'agent' }),
    aLine({ segment: 3, startMs: 3_000 }),
    felt(4, 4_000, { withdrawn: true }),
    felt(5, 5_000, { role: 'ivr' }),
  ];
  expect(moodPoints(lines).map(({ line, side, negative }) => [line, side, negative])).toEqual([
    ['customer:1', 'customer', 0.1],
    ['agent:2', 'staff', 0.2],
  ]);
});

test('alerts are marked at the last of their words, unless they were taken back', () => {
  const words = (segment: number) => ({ ...aLine({ segment, startMs: segment * 1_000 }), quote: '', spans: [] });
  const alerts = [
    anAlert({ id: 'stands', finding: { evidence: [words(1), words(3)] } }),
    anAlert({ id: 'gone', state: 'retracted', finding: { evidence: [words(2)] } }),
    anAlert({ id: 'of time', finding: { evidence: [] } }),
  ];
  expect(moodMarks(alerts)).toEqual([{ line: 'customer:3', atMs: 3_000, severity: 'high', title: '要求主管接听' }]);
});

test('the whole talk fits, and a single moment has a width', () => {
  expect(moodSpan([felt(1, 5_000), felt(2, 9_000)], [])).toEqual({ fromMs: 5_000, toMs: 9_000 });
  expect(moodSpan([felt(1, 5_000)], [])).toEqual({ fromMs: 5_000, toMs: 6_000 });
  expect(moodSpan([], [])).toEqual({ fromMs: 0, toMs: 1_000 });
});

test('the pointer finds what is next to it', () => {
  const points = moodPoints([felt(1, 1_000), felt(2, 4_000)]);
  expect([0, 2_400, 2_600, 9_000].map((atMs) => nearest(points, atMs))).toEqual([0, 0, 1, 1]);
  expect(nearest([], 0)).toBeUndefined();
});
