import { clusterTopics } from '@earshot/process/topics';
import { kafkaFailure } from '../cluster/kafka-failure.js';
import { brokersOf, type KafkaOptions, kafkaAddressOf } from '../cluster/kafka-options.js';
import { couldNot } from '../failure.js';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';
import { headed } from './spell.js';
import { table } from './table.js';

export interface CreateOptions extends KafkaOptions {
  brokers: string;
  partitions: number;
  copies: number;
  inSync: number;
  namespace: string;
  json?: boolean;
}

/**
 * Creates the topics that are missing, as the log's promises need them. What exists is left as it is: partition counts
 * are fixed for life, and other settings are changed by whoever runs the Kafka. Exit code 1 while something differs.
 */
export async function topicsCreate(options: CreateOptions, { lang, out, err, env, cluster }: CommandContext): Outcome {
  const { partitions, copies, inSync, namespace, json } = options;
  const asked = {
    connection: { ...kafkaAddressOf(brokersOf(options.brokers), options, env), node: 'cli' },
    namespace,
    topics: clusterTopics(partitions),
    replicas: copies,
    minInSyncReplicas: inSync,
  };
  const kafka = await cluster.kafka();
  const [created, differences] = await kafka
    .createTopics(asked)
    .then(async (made) => [made, await kafka.checkTopics(asked)] as const)
    .catch((error: unknown) => {
      const { away, reason } = kafkaFailure(error);
      throw couldNot(away ? 'kafka-away' : 'kafka-refused', options.brokers, { message: reason });
    });
  if (json) await out(JSON.stringify({ created, differences }));
  else {
    for (const topic of created) await out(sentence(lang, 'topic-created', { topic: namespace + topic }));
    const present = Object.keys(asked.topics).length - created.length;
    if (present > 0) await out(sentence(lang, 'topics-present', { count: present }));
    for (const line of table(headed(lang, differences))) await out(line);
    if (differences.length > 0) err(sentence(lang, 'topics-differ'));
    if (differences.some(({ setting }) => setting === 'partitions')) err(sentence(lang, 'partitions-fixed'));
  }
  return differences.length > 0 ? 1 : 0;
}
