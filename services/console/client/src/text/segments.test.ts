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
});
