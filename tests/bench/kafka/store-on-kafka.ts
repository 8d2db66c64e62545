import type { Log } from '@earshot/log';
import { createKafkaTopics, openKafkaLog } from '@earshot/log/kafka';

// Stands in for the embedded store when the frozen baseline runs over Kafka: the folder that it is given names the topics,
// so that each start begins with an empty log as it does there.
export async function openEmbeddedLog(options: {
  dir: string;
  topics: Record<string, { partitions: number }>;
}): Promise<Log> {
  const broker = process.argv.at(-1) ?? '';
  const namespace = `baseline${options.dir.replace(/[^a-zA-Z0-9]/g, '-')}.`;
  const connection = { brokers: [broker], node: 'baseline' };
  const { topics } = options;
  await createKafkaTopics({ connection, topics, namespace, replicas: 1, minInSyncReplicas: 1 });
  return openKafkaLog({ ...connection, topics, namespace });
}
