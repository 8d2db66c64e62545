import { type KafkaAddress, Secret } from '@earshot/kit';
import { EarshotError } from '@earshot/model';
import { clusterTopics } from '@earshot/process/topics';
import { TOPICS } from '@earshot/wire';
import { kafkaFailure } from '../cluster/kafka-failure.js';
import type { ClusterTools } from '../cluster/ports.js';
import type { KafkaLooked } from './diagnose-kafka.js';
import type { RedisLooked, WarehouseLooked } from './diagnose-stores.js';

/** As long as somebody who runs `doctor` waits for a record to come in. */
const CLOCK_WITHIN_MS = 2_000;

export interface ClusterAsked {
  kafka?: KafkaAddress;
  partitions: number;
  namespace: string;
  /** Absent: two where there are brokers enough. */
  inSync?: number;
  redisUrl?: string;
  redisPassword?: Secret;
  clickhouse?: { url: string; user: string; password?: Secret };
}

export interface ClusterLooked {
  kafka?: KafkaLooked;
  redis?: RedisLooked;
  warehouse?: WarehouseLooked;
}

/** Looks at what was named; nothing is written anywhere. */
export async function lookAtCluster(asked: ClusterAsked, tools: ClusterTools): Promise<ClusterLooked> {
  const [kafka, redis, warehouse] = await Promise.all([
    asked.kafka && lookAtKafka(asked.kafka, asked, tools),
    asked.redisUrl && lookAtRedis(asked.redisUrl, asked.redisPassword, tools),
    asked.clickhouse && lookAtWarehouse(asked.clickhouse, tools),
  ]);
  return { ...(kafka && { kafka }), ...(redis && { redis }), ...(warehouse && { warehouse }) };
}

async function lookAtKafka(
  kafka: KafkaAddress,
  { partitions, namespace, inSync }: ClusterAsked,
  tools: ClusterTools,
): Promise<KafkaLooked> {
  const { inspect, checkTopics } = await tools.kafka();
  const connection = { ...kafka, node: 'doctor' };
  const topics = clusterTopics(partitions);
  const address = kafka.brokers.join(',');
  try {
    const names = Object.keys(topics);
    const clockTopic = TOPICS.conversations;
    const seen = await inspect({ connection, namespace, topics: names, clockTopic, clockWithinMs: CLOCK_WITHIN_MS });
    const minInSyncReplicas = inSync ?? Math.min(2, seen.brokers);
    const differences = await checkTopics({ connection, namespace, topics, replicas: 1, minInSyncReplicas });
    return { reachable: true, brokers: address, seen, differences, wanted: names.length };
  } catch (error) {
    return { reachable: false, brokers: address, ...kafkaFailure(error) };
  }
}

async function lookAtRedis(url: string, password: Secret | undefined, tools: ClusterTools): Promise<RedisLooked> {
  const address = withoutSecrets(url);
  const { look } = await tools.redis();
  try {
    return { address, seen: await look({ url, ...(password && { password }) }) };
  } catch (error) {
    return { address, failed: isDenied(error) ? 'denied' : 'away' };
  }
}

/** Redis says it in the first word of its answer. */
function isDenied(error: unknown): boolean {
  return error instanceof Error && /\b(NOAUTH|WRONGPASS|NOPERM)\b/.test(error.message);
}

const FAILURES: Readonly<Record<string, 'denied' | 'too-old' | 'invalid'>> = {
  'warehouse-denied': 'denied',
  'warehouse-too-old': 'too-old',
  invalid: 'invalid',
};

async function lookAtWarehouse(
  { url, user, password = new Secret('') }: NonNullable<ClusterAsked['clickhouse']>,
  tools: ClusterTools,
): Promise<WarehouseLooked> {
  const address = withoutSecrets(url);
  const { look } = await tools.warehouse();
  try {
    return { address, seen: await look({ url, user, password }) };
  } catch (error) {
    return { address, failed: (error instanceof EarshotError && FAILURES[error.code]) || 'away' };
  }
}

/** What may be printed of an address. */
function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return '?';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
