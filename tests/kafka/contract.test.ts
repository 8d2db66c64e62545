import { describeLogContract } from '@earshot/log/contract';
import { afterAll, beforeAll, describe } from 'vitest';
import { kafkaSuite, makeKafkaLog, startSharedBroker, stopSharedBroker } from './support.js';

const { title, skip } = kafkaSuite('log over Kafka');

describe.skipIf(skip)(title, () => {
  beforeAll(startSharedBroker);
  afterAll(stopSharedBroker);
  describeLogContract('kafka', makeKafkaLog, { newestSubscriberOwns: true });
});
