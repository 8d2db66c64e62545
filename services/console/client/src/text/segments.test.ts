import { describe, expect, test } from 'vitest';
import { segments } from './segments.js';

const hit = (title: string, severity: 'medium' | 'critical', ...spans: [number, number][]) => ({
  ruleId: title,
  title,
  severity,
  spans: spans.map(([start, end]) => ({ start, end })),
});

describe('a line cut at its hits', () => {
  test('loses no character', () => {
    const pieces = segments('我要去12315投诉', [hit('a', 'critical', [3, 8])]);
    expect(pieces.map((piece) => piece.text)).toEqual(['我要去', '12315', '投诉']);
    expect(pieces[1]?.marks[0]?.title).toBe('a');
  });

  test('shares the overlap of two hits, the more severe first', () => {
    const pieces = segments('abcdef', [hit('m', 'medium', [0, 4]), hit('c', 'critical', [2, 6])]);
    expect(pieces.map((piece) => [piece.text, piece.marks.map((mark) => mark.title).join()])).toEqual([
      ['ab', 'm'],
      ['cd', 'c,m'],
      ['ef', 'c'],
    ]);
  });

  test('stands offsets outside the text', () => {
    expect(segments('ab', [hit('m', 'medium', [1, 99], [-3, 0])]).map((piece) => piece.text)).toEqual(['a', 'b']);
    expect(segments('', [])).toEqual([]);
  });

  test('keeps a masked value whole, and marks all of it where a hit touches it', () => {
    const text = '打[MOBILE:3ad579]给我';
    const whole = (...spans: [number, number][]) =>
      segments(text, [hit('h', 'critical', ...spans)]).map((piece) => [
        piece.mask ? piece.mask.type : piece.text,
        piece.marks.length,
      ]);
    expect(segments(text, []).map((piece) => piece.text)).toEqual(['打', '[MOBILE:3ad579]', '给我']);
    expect(whole([0, 5])).toEqual([
      ['打', 1],
      ['MOBILE', 1],
      ['给我', 0],
    ]);
    expect(whole([4, 17])).toEqual([
      ['打', 0],
      ['MOBILE', 1],
      ['给', 1],
      ['我', 0],
    ]);
    expect(whole([16, 17])).toEqual([
      ['打', 0],
      ['MOBILE', 0],
      ['给', 1],
      ['我', 0],
    ]);
    expect(whole([5, 5])).toEqual([
      ['打', 0],
      ['MOBILE', 0],
      ['给我', 0],
    ]);
  });
});
