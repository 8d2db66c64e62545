import { describeLogContract } from '@earshot/log/contract';
import { beforeAll, describe } from 'vitest';
import { kafkaSuite, makeKafkaLog, useSharedBroker } from './support.js';

const { title, skip } = await kafkaSuite('log over Kafka', 'test:all');

describe.skipIf(skip)(title, () => {
  beforeAll(useSharedBroker);
  describeLogContract('kafka', makeKafkaLog, { newestSubscriberOwns: true });
});
