import { TOPIC_CATALOGUE } from '@earshot/wire';

/** Fixed for life: a conversation has the same partition number in every topic. */
const CONVERSATION_PARTITIONS = 4;

export const STANDALONE_TOPICS = Object.fromEntries(
  TOPIC_CATALOGUE.map(({ name, partitionedBy }) => [
    name,
    { partitions: partitionedBy === 'conversation' ? CONVERSATION_PARTITIONS : 1 },
  ]),
);
