import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WakeQueue } from './wake-queue.js';

describe('wake queue', () => {
  test('gives every key once, at the time set last, however often times changed', () => {
    const change = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), at: fc.option(fc.nat(50)) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const queue = new WakeQueue();
        const wanted = new Map<string, number>();
        for (const { key, at } of changes) {
          if (at === null) {
            queue.delete(key);
            wanted.delete(key);
          } else {
            queue.set(key, at);
            wanted.set(key, at);
          }
        }
        for (let now = 0; now <= 50; now++) {
          const due = [...wanted].filter(([, at]) => at === now).map(([key]) => key);
          expect(queue.takeDue(now).sort()).toEqual(due.sort());
        }
        expect(queue.peek()).toBeUndefined();
      }),
    );
  });
});
