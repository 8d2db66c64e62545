import { EarshotError } from '@earshot/model';
import type { Admin, ConfigResourceTypes } from 'kafkajs';
import { type KafkaConnection, kafkaClient } from './connection.js';
import { withEntryErrors } from './entry-error.js';
import { MAX_PARTITION_BYTES } from './fetch-records.js';
import { faultOf, KafkaFault } from './kafka-faults.js';

export interface KafkaTopicSpec {
  /** Fixed for life. */
  partitions: number;
  /** Records are kept at least this long, ms; absent: for ever. */
  retentionMs?: number;
  /** Only the last record of a key is kept for ever. */
  compacted?: boolean;
  /** Others write to it, with clients of any make. */
  foreign?: boolean;
}

export interface KafkaTopicOptions {
  connection: KafkaConnection;
  topics: Record<string, KafkaTopicSpec>;
  /** Stands before each topic's name in Kafka. */
  namespace?: string;
  /** Copies of each partition. */
  replicas: number;
  /** Copies that must have a record before it counts as durable. */
  minInSyncReplicas: number;
}

export interface TopicFault {
  topic: string;
  setting: string;
  expected: string;
  found: string;
}

/** Node cannot import this name of kafkajs: it sees a part of what that CommonJS module exports. */
const TOPIC_RESOURCE: ConfigResourceTypes.TOPIC = 2;

/** Largest record batch that a topic takes. */
const MAX_MESSAGE_BYTES = MAX_PARTITION_BYTES;
/** Of strangers less: whatever they send must fit into a dead letter. */
const MAX_FOREIGN_BYTES = 1 << 20;

/**
 * Creates the topics that are missing, and returns their names; topics that exist are left as they are. Throws a code of
 * `EntryFault` if brokers do not let us in.
 */
export async function createKafkaTopics(options: KafkaTopicOptions): Promise<string[]> {
  const { topics, namespace = '', replicas } = options;
  return withAdmin(options.connection, async (admin) => {
    const present = new Set(await admin.listTopics());
    const missing = Object.entries(topics).filter(([topic]) => !present.has(namespace + topic));
    if (missing.length === 0) return [];
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(([topic, spec]) => ({
        topic: namespace + topic,
        numPartitions: spec.partitions,
        replicationFactor: replicas,
        configEntries: Object.entries(settings(spec, options)).map(([name, value]) => ({ name, value })),
      })),
    });
    return missing.map(([topic]) => topic);
  });
}

/** Everything in which the topics differ from what the log's promises need. */
export async function checkKafkaTopics(options: KafkaTopicOptions): Promise<TopicFault[]> {
  const { topics, namespace = '' } = options;
  return withAdmin(options.connection, async (admin) => {
    const present = new Set(await admin.listTopics());
    const faults: TopicFault[] = [];
    for (const [topic, spec] of Object.entries(topics)) {
      const name = namespace + topic;
      if (!present.has(name)) {
        faults.push({ topic, setting: 'topic', expected: 'present', found: 'missing' });
        continue;
      }
      const [metadata] = (await admin.fetchTopicMetadata({ topics: [name] })).topics;
      const count = metadata?.partitions.length ?? 0;
      if (count !== spec.partitions) {
        faults.push({ topic, setting: 'partitions', expected: String(spec.partitions), found: String(count) });
      }
      const expected = settings(spec, options);
      const found = await configOf(admin, name, Object.keys(expected));
      for (const [setting, value] of Object.entries(expected)) {
        const is = found.get(setting) ?? '';
        if (!suffices(setting, value, is)) faults.push({ topic, setting, expected: value, found: is });
      }
    }
    return faults;
  });
}

/** Throws `topic-missing` or `partition-count-changed`: with another count every key would change its place. */
export async function expectPartitions(
  admin: Admin,
  topics: Record<string, { partitions: number }>,
  namespace: string,
): Promise<void> {
  for (const [topic, { partitions }] of Object.entries(topics)) {
    const count = await partitionCount(admin, namespace + topic);
    if (count === undefined) {
      const message = `Kafka has no topic "${namespace}${topic}"; create the topics first.`;
      throw new EarshotError(KafkaFault.topicMissing, message, { detail: { topic: namespace + topic } });
    }
    if (count !== partitions) {
      const message = `Topic "${namespace}${topic}" has ${count} partitions, not ${partitions}; the count is fixed for life.`;
      const detail = { topic: namespace + topic, count, partitions };
      throw new EarshotError(KafkaFault.partitionCountChanged, message, { detail });
    }
  }
}

async function partitionCount(admin: Admin, name: string): Promise<number | undefined> {
  try {
    const [metadata] = (await admin.fetchTopicMetadata({ topics: [name] })).topics;
    return metadata?.partitions.length;
  } catch (error) {
    if (faultOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
    throw error;
  }
}

function settings(spec: KafkaTopicSpec, options: KafkaTopicOptions): Record<string, string> {
  return {
    // The log's clock is the broker's: a sender's clock would run backwards between senders.
    'message.timestamp.type': 'LogAppendTime',
    'cleanup.policy': spec.compacted ? 'compact' : 'delete',
    'retention.ms': String(spec.retentionMs ?? -1),
    'retention.bytes': '-1',
    'min.insync.replicas': String(options.minInSyncReplicas),
    'max.message.bytes': String(spec.foreign ? MAX_FOREIGN_BYTES : MAX_MESSAGE_BYTES),
    'unclean.leader.election.enable': 'false',
    // kafkajs reads neither lz4 nor snappy nor zstd, and a batch that it cannot read would stop its partition for ever:
    // the broker unpacks what strangers send, and its size limit then holds for what we will have in memory.
    ...(spec.foreign && { 'compression.type': 'uncompressed' }),
  };
}

function suffices(setting: string, expected: string, found: string): boolean {
  if (setting === 'min.insync.replicas') return Number(found) >= Number(expected);
  if (setting === 'retention.ms') return found === '-1' || (expected !== '-1' && Number(found) >= Number(expected));
  return found === expected;
}

async function configOf(admin: Admin, name: string, configNames: string[]): Promise<Map<string, string>> {
  return (await configsOf(admin, [name], configNames)).get(name) ?? new Map<string, string>();
}

/** Topic → setting → value. */
export async function configsOf(
  admin: Admin,
  names: readonly string[],
  configNames: string[],
): Promise<Map<string, Map<string, string>>> {
  const resources = names.map((name) => ({ type: TOPIC_RESOURCE, name, configNames }));
  const { resources: answered } = await admin.describeConfigs({ resources, includeSynonyms: false });
  return new Map(
    answered.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}

export function withAdmin<T>(connection: KafkaConnection, work: (admin: Admin) => Promise<T>): Promise<T> {
  return withEntryErrors(connection, async () => {
    const admin = kafkaClient(connection, 'topics', 5, () => undefined).admin();
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  });
}
