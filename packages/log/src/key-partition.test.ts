import { expect, test } from 'vitest';
import { partitionForKey } from './key-partition.js';

test.each([
  // Values of Kafka's own murmur2 test, as partition of 2^31 - 1.
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
])('the key %s goes where a Kafka client would send it', (key, hash) => {
  expect(partitionForKey(key, 2 ** 31 - 1)).toBe((hash & 0x7fffffff) % (2 ** 31 - 1));
  expect(partitionForKey(key, 12)).toBe((hash & 0x7fffffff) % 12);
});

test('keys in any script spread over all partitions', () => {
  const counts = Array<number>(16).fill(0);
  for (let n = 0; n < 4000; n += 1) {
    const partition = partitionForKey(`租户/${n}`, 16);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(150);
  expect(Math.max(...counts)).toBeLessThan(350);
});
