import { TOPIC_CATALOGUE, TOPICS } from '@earshot/wire';
import { expect, test } from 'vitest';
import { clusterTopics, KEPT_MS } from './topics.js';

test('a conversation has the same partition number in every topic of its kind, and control has one order', () => {
  const topics = clusterTopics(12);
  for (const { name, partitionedBy } of TOPIC_CATALOGUE) {
    expect(topics[name]?.partitions).toBe(partitionedBy === 'entity' ? 1 : 12);
  }
  expect(topics[TOPICS.control]).toEqual({ partitions: 1, compacted: true });
});

test('every topic but control is let go some day, and none within the longest conversation', () => {
  for (const { name, compacted } of TOPIC_CATALOGUE) {
    const kept = KEPT_MS[name] ?? Number.POSITIVE_INFINITY;
    expect(Number.isFinite(kept)).toBe(!compacted);
    expect(kept).toBeGreaterThan(24 * 3_600_000);
  }
});
