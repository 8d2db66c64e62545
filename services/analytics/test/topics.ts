import { TOPICS } from '@earshot/wire';

export const PARTITIONS = 2;
export const LOG_TOPICS = Object.fromEntries(Object.values(TOPICS).map((topic) => [topic, { partitions: PARTITIONS }]));
