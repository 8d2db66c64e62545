import { describe, expect, it } from 'vitest';
import { checkSizes } from './sizes.mjs';

const file = (path: string, lines: number) => ({ path, text: 'x\n'.repeat(lines) });

describe('sizes', () => {
  it('reports a file over the limit, by name', () => {
    const { faults } = checkSizes([file('a.ts', 401), file('b.ts', 10), file('c.ts', 10)]);
    expect(faults).toEqual(['a.ts has 401 lines; 400 are the limit']);
  });

  it('accepts a file at the limit', () => {
    expect(checkSizes([file('a.ts', 400), file('b.ts', 10), file('c.ts', 10)]).faults).toEqual([]);
  });

  it('reports a median that has crept up', () => {
    expect(checkSizes([file('a.ts', 90), file('b.ts', 90), file('c.ts', 10)]).faults).toHaveLength(1);
    expect(checkSizes([file('a.ts', 90), file('b.ts', 89), file('c.ts', 10)]).faults).toEqual([]);
  });

  it('leaves generated code and data alone', () => {
    expect(
      checkSizes([file('packages/wire/src/gen/a.ts', 5000), file('a.json', 5000), file('b.ts', 1)]).faults,
    ).toEqual([]);
  });
});
