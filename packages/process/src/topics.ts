import { TOPIC_CATALOGUE, TOPICS, type TopicName } from '@earshot/wire';

const DAY_MS = 24 * 3_600_000;

/**
 * How long the log keeps what nobody needs any more, ms; what is not named is kept for ever. Must exceed the longest
 * live conversation.
 */
export const KEPT_MS: Partial<Record<TopicName, number>> = {
  [TOPICS.conversations]: 3 * DAY_MS,
  [TOPICS.cases]: 3 * DAY_MS,
  [TOPICS.alerts]: 7 * DAY_MS,
  [TOPICS.deliveries]: 7 * DAY_MS,
  // Longer than anything is counted; who still counts keeps his own low-water mark.
  [TOPICS.history]: 8 * DAY_MS,
  [TOPICS.deadLetters]: 30 * DAY_MS,
  // Longer than a session lasts.
  [TOPICS.sessions]: 2 * DAY_MS,
  [TOPICS.inbound]: 3 * DAY_MS,
};

/** A guess for the first day; how many a centre needs is on the page about growth. */
export const DEFAULT_PARTITIONS = 12;

export interface TopicSpec {
  partitions: number;
  retentionMs?: number;
  compacted: boolean;
  /** Others write to it, with clients of any make. */
  foreign?: true;
}

/** Every topic of a cluster. What is told to all is one partition, so that its order is one. */
export function clusterTopics(partitions: number): Record<string, TopicSpec> {
  return Object.fromEntries(
    TOPIC_CATALOGUE.map(({ name, partitionedBy, compacted, writers }) => {
      const retentionMs = KEPT_MS[name];
      const spec: TopicSpec = {
        partitions: partitionedBy === 'entity' ? 1 : partitions,
        compacted,
        ...(retentionMs === undefined ? {} : { retentionMs }),
        ...(writers.includes('outside') ? { foreign: true } : {}),
      };
      return [name, spec];
    }),
  );
}
