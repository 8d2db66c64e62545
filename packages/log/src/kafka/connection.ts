import { type Cluster, Kafka, logLevel } from 'kafkajs';
import { hostOf, type KafkaSecurity, refusePlainPassword, saslOptions, socketsOf } from './security.js';

export interface KafkaConnection extends KafkaSecurity {
  /** host:port of some brokers. */
  brokers: readonly string[];
  /**
   * Name of this process among its equals, the same after a restart: partitions follow it. If two running members
   * claim one name, the one that joined last has its partitions and the other has none.
   */
  node: string;
}

/** What went wrong and is being tried again, or must be looked at; never a record's content. */
export type OnTrouble = (code: string, detail: Record<string, unknown>) => void;

export const REQUEST_TIMEOUT_MS = 10_000;

/**
 * A client of kafkajs. One for each use: clients share what they believe a group has committed, and a request that
 * waits on a connection delays those behind it. Throws `kafka-plain-refused`.
 */
export function kafkaClient(connection: KafkaConnection, use: string, retries: number, onTrouble: OnTrouble): Kafka {
  const { brokers, node, sasl } = connection;
  for (const broker of brokers) refusePlainPassword(connection, hostOf(broker).host);
  return new Kafka({
    clientId: `earshot-${node}-${use}`,
    brokers: [...brokers],
    socketFactory: socketsOf(connection),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
    connectionTimeout: 3_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries },
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => onTrouble('kafka-client', { use, part: entry.namespace, message: entry.log.message }),
  });
}

/** Brokers and leaders of the cluster, with plain requests to them. */
export interface ClusterLink {
  cluster: Cluster;
  close(): Promise<void>;
}

/**
 * kafkajs hands its cluster to whoever assigns partitions and to nobody else. A consumer that never joins a group is
 * the way to plain reads of a partition: no membership, nothing committed, nothing to be rebalanced.
 */
export async function openCluster(kafka: Kafka): Promise<ClusterLink> {
  const seen: Cluster[] = [];
  const consumer = kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    metadataMaxAge: 60_000,
    partitionAssigners: [
      ({ cluster }) => {
        seen.push(cluster);
        return {
          name: 'none',
          version: 1,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  const [cluster] = seen;
  if (!cluster) throw new Error('kafkajs gave no cluster to its assigner');
  try {
    await consumer.connect();
  } catch (error) {
    await consumer.disconnect().catch(() => undefined);
    throw error;
  }
  return { cluster, close: () => consumer.disconnect() };
}
