import type { KafkaAddress, Secret } from '@earshot/kit';

/**
 * What looks at the parts of a cluster, and creates its topics. `main.ts` says by what; each is loaded when a command
 * asks for it, because most commands ask for none.
 */
export interface ClusterTools {
  kafka(): Promise<KafkaTools>;
  redis(): Promise<RedisTools>;
  warehouse(): Promise<WarehouseTools>;
}

export interface TopicsAsked {
  connection: KafkaAddress & { node: string };
  namespace: string;
  topics: Record<string, { partitions: number; retentionMs?: number; compacted?: boolean }>;
  /** Copies of each partition, and how many of them must have a record before it counts. */
  replicas: number;
  minInSyncReplicas: number;
}

/** A setting of a topic that is not as it must be. */
export interface TopicDifference {
  topic: string;
  /** Kafka's own name of it; `topic`: it is missing, `partitions`: their count. */
  setting: string;
  expected: string;
  found: string;
}

export interface KafkaTools {
  /** Creates what is missing, changes nothing that is there, and names what it created. */
  createTopics(asked: TopicsAsked): Promise<string[]>;
  checkTopics(asked: TopicsAsked): Promise<TopicDifference[]>;
  inspect(asked: {
    connection: TopicsAsked['connection'];
    namespace: string;
    topics: readonly string[];
    clockTopic: string;
    clockWithinMs: number;
  }): Promise<KafkaSeen>;
}

export interface KafkaSeen {
  brokers: number;
  /** The least release that every broker is; absent: older than any that is known. */
  version?: string;
  topics: { topic: string; replicas: number; inSync: number; minInSync: number }[];
  clock: { aheadMs: number } | { quiet: true; newestMs?: number };
}

export interface RedisSeen {
  version: string;
  /** `maxmemory-policy` */
  policy: string;
  /** `maxmemory`, bytes; 0: no limit. */
  mostBytes: number;
  roundTripMs: number;
}

export interface RedisTools {
  /** Throws whatever keeps it from an answer. */
  look(at: { url: string; password?: Secret }): Promise<RedisSeen>;
}

export interface WarehouseSeen {
  version: string;
  schema: { known: number; found: number; missing: number[]; changed: string[] };
}

export interface WarehouseTools {
  /** Throws `warehouse-…` and `invalid` as the warehouse does. */
  look(at: { url: string; user: string; password: Secret }): Promise<WarehouseSeen>;
}
