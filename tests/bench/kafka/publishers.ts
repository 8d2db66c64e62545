import type { Scope } from '@earshot/kit';
import { createKafkaTopics, openKafkaLog } from '@earshot/log/kafka';
import { Kafka, logLevel } from 'kafkajs';

export interface Publisher {
  name: string;
  /** Resolves when the record is durable. */
  publish(record: { key: string; value: Buffer }): Promise<unknown>;
}

const PARTITIONS = 12;
const MOST_WAITING_BYTES = 1 << 30;

/** Both on one broker, each with a topic of its own of the same settings: `ours`, and `theirs` by kafkajs as it comes. */
export async function openPublishers(
  scope: Scope,
  broker: string,
  namespace: string,
): Promise<{ ours: Publisher; theirs: Publisher }> {
  const connection = { brokers: [broker], node: 'bench' };
  const topics = { ours: { partitions: PARTITIONS }, theirs: { partitions: PARTITIONS } };
  await createKafkaTopics({ connection, topics, namespace, replicas: 1, minInSyncReplicas: 1 });
  const log = await openKafkaLog({ ...connection, topics, namespace, maxPendingBytes: MOST_WAITING_BYTES });
  scope.defer('log', () => log.close());
  const producer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  scope.defer('producer', () => producer.disconnect());
  return {
    ours: { name: 'ours', publish: (record) => log.append([{ topic: 'ours', ...record }]) },
    theirs: {
      name: 'producer.send',
      publish: (record) => producer.send({ topic: `${namespace}theirs`, messages: [record] }),
    },
  };
}
