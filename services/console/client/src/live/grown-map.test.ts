import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GrownMap } from './grown-map.js';

const steps = fc.array(
  fc.record({ key: fc.integer({ min: 0, max: 300 }), value: fc.option(fc.integer(), { nil: undefined }) }),
  { maxLength: 900 },
);

it('is at every step what a map would be, and what it was before stays as it was', () => {
  fc.assert(
    fc.property(steps, (changes) => {
      const plain = new Map<number, number>([[7, 7]]);
      let grown = GrownMap.of<number, number>(new Map(plain));
      for (const { key, value } of changes) {
        const before = grown;
        const size = before.size;
        const had = before.get(key);
        if (value === undefined) plain.delete(key);
        else plain.set(key, value);
        grown = value === undefined ? grown.without(key) : grown.with(key, value);
        expect([before.size, before.get(key)]).toEqual([size, had]);
        expect([grown.size, grown.has(key), grown.get(key)]).toEqual([plain.size, plain.has(key), plain.get(key)]);
      }
      expect(new Map(grown)).toEqual(plain);
      expect([...grown.keys()].sort()).toEqual([...plain.keys()].sort());
      expect([...grown.values()].sort()).toEqual([...plain.values()].sort());
    }),
    { numRuns: 60 },
  );
});

it('what is not changed is the same map: nothing is painted anew', () => {
  const map = GrownMap.of(new Map([['a', 1]]));
  expect(map.without('b')).toBe(map);
  expect(GrownMap.of(map)).toBe(map);
});
