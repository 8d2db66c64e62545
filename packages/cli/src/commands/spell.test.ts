import { describe, expect, it } from 'vitest';
import { headed, readSince, shortTopic, spellMs } from './spell.js';

describe('a length of time', () => {
  it.each([
    [0, '0 s'],
    [3_240, '3.2 s'],
    [59_900, '59.9 s'],
    [60_000, '1 min'],
    [310_000, '5 min 10 s'],
    [3 * 3_600_000 + 125_000, '3 h 2 min'],
    [3 * 86_400_000, '3 d'],
    [7 * 86_400_000 + 4 * 3_600_000, '7 d 4 h'],
  ])('of %d ms is %s', (ms, text) => {
    expect(spellMs(ms)).toBe(text);
  });
});

describe('since', () => {
  const NOW_MS = Date.UTC(2026, 4, 4, 12);
  it.each([
    ['30m', NOW_MS - 1_800_000],
    ['2h', NOW_MS - 7_200_000],
    ['1d', NOW_MS - 86_400_000],
    ['999999d', 0],
    ['2026-05-04T10:00:00Z', NOW_MS - 7_200_000],
    ['2026-05-04', Date.UTC(2026, 4, 4)],
  ])('%s is understood', (text, atMs) => {
    expect(readSince(text, NOW_MS)).toBe(atMs);
  });
  it.each(['', 'soon', '5', 'h', '-1h', '1.5h', '1w', '2026-99-99', 'yesterday 2h'])('%j is not', (text) => {
    expect(readSince(text, NOW_MS)).toBeUndefined();
  });
});

it('a topic of ours goes by its short name, any other by its whole one', () => {
  expect(['earshot.dead-letters.v1', 'bank.calls'].map(shortTopic)).toEqual(['dead-letters', 'bank.calls']);
});

it('headings are in the language of the reader', () => {
  expect(headed('zh', [{ topic: 'x', records: 1 }])).toEqual([{ 主题: 'x', 记录数: 1 }]);
  expect(headed('en', [{ topic: 'x', 'set-aside': 1 }])).toEqual([{ topic: 'x', 'set aside': 1 }]);
});
