import { describe, expect, test } from 'vitest';
import { aLine } from '../testing/builders.js';
import { mergeLines } from './transcript.js';

describe('the lines of a transcript', () => {
  test('stand in speaking order, whatever order they arrive in', () => {
    const late = aLine({ segment: 0, startMs: 100, text: 'first' });
    const lines = mergeLines(
      [aLine({ segment: 1, startMs: 900, text: 'third' })],
      [aLine({ leg: 'agent', segment: 0, startMs: 500, text: 'second' }), late],
    );
    expect(lines.map((line) => line.text)).toEqual(['first', 'second', 'third']);
  });

  test('are replaced by a higher revision and never by a lower one', () => {
    const second = mergeLines([aLine({ revision: 1, text: '一' })], [aLine({ revision: 2, text: '一二' })]);
    expect(mergeLines(second, [aLine({ revision: 1, text: '一' })]).map((line) => line.text)).toEqual(['一二']);
  });

  test('take new marks on the same revision', () => {
    const hit = { ruleId: 'r', title: 't', severity: 'high', spans: [{ start: 0, end: 1 }] } as const;
    const [line] = mergeLines([aLine()], [aLine({ hits: [{ ...hit, spans: [...hit.spans] }] })]);
    expect(line?.hits).toHaveLength(1);
  });

  test('come to the same whether they arrive one by one or all at once', () => {
    const many = Array.from({ length: 60 }, (_, n) =>
      aLine({
        leg: n % 2 ? 'agent' : 'customer',
        segment: (n * 7) % 20,
        revision: (n * 5) % 3,
        startMs: ((n * 7) % 20) * 100,
        text: `${n}`,
      }),
    );
    const oneByOne = many.reduce((lines, line) => mergeLines(lines, [line]), mergeLines([], []));
    expect(mergeLines([], many)).toEqual(oneByOne);
  });

  test('keep the objects that did not change, so that a page need not draw them again', () => {
    const kept = aLine({ segment: 0 });
    expect(mergeLines([kept], [aLine({ segment: 1, startMs: 900 })])[0]).toBe(kept);
  });
});
