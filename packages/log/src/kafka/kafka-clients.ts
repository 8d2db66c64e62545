import type { Admin, Producer } from 'kafkajs';
import type { AppendEntry, LogRecord } from '../port.js';
import type { LogClock } from './clock.js';
import { type ClusterLink, type KafkaConnection, kafkaClient, type OnTrouble, openCluster } from './connection.js';
import { fetchRecords } from './fetch-records.js';
import type { Place } from './held-partition.js';
import { faultOf, isRefused } from './kafka-faults.js';
import { Renewed } from './renewed.js';
import type { SendAnswer, SendPart } from './sender.js';

/** The broker waits this long for the other copies; it answers before the request times out. */
const ACK_WITHIN_MS = 8_000;

/** Plain requests to Kafka, by the names that topics have there. Each throws what kafkajs throws. */
export class KafkaClients {
  private readonly admin: Renewed<Admin>;
  private readonly producer: Renewed<Producer>;
  private readonly reads: Renewed<ClusterLink>;
  private leaders: ClusterLink['cluster'] | undefined;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly onTrouble: OnTrouble,
    private readonly clock: LogClock,
    private readonly now: () => number,
  ) {
    const noBrokerSaysWhy = (error: unknown) => faultOf(error) === undefined;
    // An admin asks for leaders once and never again.
    const notRefused = (error: unknown) => !isRefused(error);
    this.admin = new Renewed(
      () => this.openAdmin(),
      (admin) => admin.disconnect(),
      notRefused,
    );
    this.producer = new Renewed(
      () => this.openProducer(),
      (producer) => producer.disconnect(),
      noBrokerSaysWhy,
    );
    this.reads = new Renewed(
      () => this.openReads(),
      (link) => link.close(),
      noBrokerSaysWhy,
    );
  }

  useAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    return this.admin.use(work);
  }

  /** First and next offset of each partition. */
  bounds(name: string): Promise<Map<number, { first: number; next: number }>> {
    return this.admin.use(async (admin) => {
      const offsets = await admin.fetchTopicOffsets(name);
      return new Map(
        offsets.map(({ partition, low, high }) => [partition, { first: Number(low), next: Number(high) }]),
      );
    });
  }

  async ends(name: string): Promise<Map<number, number>> {
    return new Map([...(await this.bounds(name))].map(([partition, { next }]) => [partition, next]));
  }

  async places(groupId: string, name: string): Promise<Map<number, Place>> {
    const committed = await this.admin.use((admin) => admin.fetchOffsets({ groupId, topics: [name] }));
    const places = new Map<number, Place>(await this.bounds(name));
    for (const { partition, offset, metadata } of committed[0]?.partitions ?? []) {
      const place = places.get(partition);
      if (place && Number(offset) >= 0) place.committed = { offset: Number(offset), metadata: metadata ?? '' };
    }
    return places;
  }

  /** Every group that this cluster knows, by its name in Kafka. */
  async groupIds(): Promise<string[]> {
    const { groups } = await this.admin.use((admin) => admin.listGroups());
    return groups.map(({ groupId }) => groupId);
  }

  /** Offset of the first record of each partition at or after a log time. */
  offsetsAt(name: string, timestampMs: number): Promise<Map<number, number>> {
    return this.admin.use(async (admin) => {
      const offsets = await admin.fetchTopicOffsetsByTimestamp(name, Math.max(0, Math.ceil(timestampMs)));
      return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
    });
  }

  /** One request with the copies of every part acknowledged, or a rejection that leaves it unknown. */
  send(parts: readonly (SendPart & { name: string })[]): Promise<SendAnswer[]> {
    return this.producer.use(async (producer) => {
      const sentMs = this.now();
      const answers = await producer.sendBatch({
        acks: -1,
        timeout: ACK_WITHIN_MS,
        topicMessages: parts.map(({ name, partition, entries }) => ({
          topic: name,
          messages: entries.map((entry) => toMessage(entry, partition)),
        })),
      });
      const answeredMs = this.now();
      return answers.flatMap(({ topicName, partition, baseOffset, logAppendTime }) => {
        const part = parts.find((each) => each.name === topicName && each.partition === partition);
        if (!part || baseOffset === undefined) return [];
        if (Number(logAppendTime) > 0) this.clock.stamped(Number(logAppendTime), sentMs, answeredMs);
        return [{ topic: part.topic, partition, baseOffset: Number(baseOffset) }];
      });
    });
  }

  /** What the leader has at once from `from` on; empty at the end. */
  read(topic: string, name: string, partition: number, from: number): Promise<LogRecord[]> {
    return this.reads.use(async ({ cluster }) => {
      await cluster.addTargetTopic(name);
      const [nodeId = '-1'] = Object.keys(cluster.findLeaderForPartitions(name, [partition]));
      const wanted = new Map([[partition, from]]);
      try {
        const [fetched] = await fetchRecords(cluster, { topic, name, nodeId, wanted, maxWaitMs: 0 });
        return fetched?.records ?? [];
      } catch (error) {
        await cluster.refreshMetadata();
        throw error;
      }
    });
  }

  /** The broker that led a partition when the leaders were last asked for. */
  leaderOf(name: string, partition: number): string {
    try {
      return Object.keys(this.leaders?.findLeaderForPartitions(name, [partition]) ?? {})[0] ?? '';
    } catch {
      return '';
    }
  }

  /** Asks for the leaders of these topics. */
  lookUp(names: readonly string[]): Promise<void> {
    return this.reads.use(({ cluster }) => cluster.addMultipleTargetTopics([...names]));
  }

  /** A connection of its own to read through for long. */
  openCluster(use: string): Promise<ClusterLink> {
    return openCluster(kafkaClient(this.connection, use, 1, this.onTrouble));
  }

  async close(): Promise<void> {
    await Promise.all([this.producer.close(), this.reads.close(), this.admin.close()]);
  }

  private async openAdmin(): Promise<Admin> {
    const admin = kafkaClient(this.connection, 'admin', 2, this.onTrouble).admin();
    await connected(admin);
    return admin;
  }

  /**
   * Not idempotent and never repeated by kafkajs: after its last try it would give the sequence numbers of what failed
   * to the records behind. Whatever is rejected is unknown and sent again by the sender, in order.
   */
  private async openProducer(): Promise<Producer> {
    const producer = kafkaClient(this.connection, 'append', 0, this.onTrouble).producer({
      idempotent: false,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      metadataMaxAge: 60_000,
      createPartitioner: () => namedPartition,
      retry: { retries: 0 },
    });
    await connected(producer);
    return producer;
  }

  private async openReads(): Promise<ClusterLink> {
    const link = await this.openCluster('read');
    this.leaders = link.cluster;
    return link;
  }
}

async function connected(client: { connect(): Promise<void>; disconnect(): Promise<void> }): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    await client.disconnect().catch(() => undefined);
    throw error;
  }
}

function namedPartition({ message: { partition } }: { message: { partition?: number } }): number {
  if (partition === undefined) throw new Error('a record without a partition');
  return partition;
}

function toMessage({ key, value, headers }: AppendEntry, partition: number) {
  const message = { key: Buffer.from(key), value: bufferOf(value), partition };
  if (!headers) return message;
  return { ...message, headers: Object.fromEntries([...headers].map(([name, said]) => [name, bufferOf(said)])) };
}

function bufferOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
