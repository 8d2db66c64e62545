import { randomUUID } from 'node:crypto';
import { neededFrom } from '../fold/commit-metadata.js';
import { partitionForKey } from '../key-partition.js';
import {
  logClosed,
  logUnavailable,
  offsetOutOfRange,
  partitionUnknown,
  refuseHalfCharacters,
  topicUnknown,
} from '../log-errors.js';
import type {
  AppendEntry,
  GroupProgress,
  Log,
  LogRecord,
  SubscribeOptions,
  Subscription,
  TailOptions,
} from '../port.js';
import type { LogClock } from './clock.js';
import { type KafkaConnection, kafkaClient, type OnTrouble } from './connection.js';
import type { FetcherOptions } from './fetcher.js';
import { orForbidden } from './forbidden.js';
import type { KafkaClients } from './kafka-clients.js';
import { describeFault, isRefused } from './kafka-faults.js';
import type { GroupTimes } from './membership.js';
import { retrying } from './retrying.js';
import type { Sender } from './sender.js';
import { KafkaSubscription } from './subscription.js';
import { KafkaTail, tailBeginnings } from './tail.js';

export interface KafkaLogParts {
  connection: KafkaConnection;
  topics: Readonly<Record<string, { partitions: number }>>;
  namespace: string;
  clients: KafkaClients;
  sender: Sender;
  clock: LogClock;
  times?: Partial<GroupTimes>;
  answerWithinMs: number;
  closeWithinMs: number;
  onTrouble: OnTrouble;
}

/** The log over a Kafka cluster. */
export class KafkaLog implements Log {
  private readonly process: string;
  private readonly readers = new Set<Subscription>();
  private memberships = 0;
  private closing: Promise<void> | undefined;

  constructor(private readonly parts: KafkaLogParts) {
    this.process = `${parts.connection.node}-${randomUUID()}`;
  }

  partitions(topic: string): number {
    const spec = Object.hasOwn(this.parts.topics, topic) ? this.parts.topics[topic] : undefined;
    if (!spec) throw topicUnknown(topic);
    return spec.partitions;
  }

  partitionOf(topic: string, key: string): number {
    return partitionForKey(key, this.partitions(topic));
  }

  async append(entries: readonly AppendEntry[]): Promise<number[]> {
    return this.parts.sender.append(entries.map((entry) => this.place(entry)));
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    this.refuseWhenClosing();
    const { connection, clients, times, onTrouble } = this.parts;
    const name = this.name(options.topic);
    const groupId = this.groupId(options.group, options.topic);
    this.memberships += 1;
    const subscription: KafkaSubscription = new KafkaSubscription(options, {
      owner: `${this.process}-${this.memberships}`,
      node: connection.node,
      groupId,
      name,
      client: () => kafkaClient(connection, `member-${options.group}`, 5, onTrouble),
      fetching: this.fetching(options.topic),
      ...(times && { times }),
      places: () => clients.places(groupId, name),
      ends: () => clients.ends(name),
      onTrouble,
      left: () => this.readers.delete(subscription),
    });
    this.readers.add(subscription);
    try {
      await subscription.start();
    } catch (error) {
      await subscription.stop();
      throw error;
    }
    return subscription;
  }

  async tail(options: TailOptions): Promise<Subscription> {
    this.refuseWhenClosing();
    const { clients, onTrouble } = this.parts;
    const { topic } = options;
    const name = this.name(topic);
    const beginnings = await this.beginnings(options);
    this.refuseWhenClosing();
    const tail: KafkaTail = new KafkaTail(options, beginnings, {
      fetching: this.fetching(topic),
      ends: () => clients.ends(name),
      onTrouble,
      left: () => this.readers.delete(tail),
    });
    this.readers.add(tail);
    return tail;
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]> {
    const name = this.name(topic);
    const { first, next } = await this.bounds(topic, partition);
    if (!(from >= first && from <= next)) throw offsetOutOfRange({ topic, partition, offset: from, first, next });
    const records: LogRecord[] = [];
    for (let at = from; at < next && records.length < limit; ) {
      const batch = await this.answer(topic, () => this.parts.clients.read(topic, name, partition, at));
      this.seen(batch);
      const last = batch.at(-1);
      if (!last) break;
      records.push(...batch);
      at = last.offset + 1;
    }
    return records.slice(0, Math.max(0, limit));
  }

  async bounds(topic: string, partition: number): Promise<{ first: number; next: number }> {
    if (!(partition >= 0 && partition < this.partitions(topic))) throw partitionUnknown(topic, partition);
    const bounds = await this.answer(topic, () => this.parts.clients.bounds(this.name(topic)));
    const found = bounds.get(partition);
    if (!found) throw partitionUnknown(topic, partition);
    return found;
  }

  async groups(topic: string): Promise<GroupProgress[]> {
    const { clients, namespace } = this.parts;
    const name = this.name(topic);
    const ending = `.${topic}`;
    return this.answer(topic, async () => {
      const ours = (await clients.groupIds())
        .filter((id) => id.startsWith(namespace) && id.endsWith(ending))
        .map((id) => id.slice(namespace.length, -ending.length))
        // Another system on this Kafka, with a longer namespace, has groups of its own.
        .filter((group) => group !== '' && !group.includes('.'));
      return Promise.all(
        ours.sort().map(async (group) => {
          const places = await clients.places(this.groupId(group, topic), name);
          const commits = Array.from(
            { length: this.partitions(topic) },
            (_, partition) => places.get(partition)?.committed,
          );
          return {
            group,
            committed: commits.map((commit) => commit?.offset),
            neededFrom: commits.map((commit) => commit && neededFrom(commit)),
          };
        }),
      );
    });
  }

  clock(): number {
    return this.parts.clock.read();
  }

  close(): Promise<void> {
    this.closing ??= this.shut();
    return this.closing;
  }

  private async shut(): Promise<void> {
    // What a handler has in hand may still append and commit; only then the sender ends.
    await Promise.all([...this.readers].map((reader) => reader.stop()));
    await this.parts.sender.close(this.parts.closeWithinMs);
    await this.parts.clients.close();
  }

  private place(entry: AppendEntry): AppendEntry & { partition: number } {
    refuseHalfCharacters(entry.key);
    const partition = entry.partition ?? this.partitionOf(entry.topic, entry.key);
    const count = this.partitions(entry.topic);
    if (!(Number.isInteger(partition) && partition >= 0 && partition < count)) {
      throw partitionUnknown(entry.topic, partition);
    }
    return { ...entry, partition };
  }

  private fetching(topic: string): FetcherOptions {
    const { clients, onTrouble } = this.parts;
    return {
      topic,
      name: this.name(topic),
      open: () => clients.openCluster('fetch'),
      outOfRange: async (partition, offset) => {
        const bounds = await this.bounds(topic, partition);
        return offsetOutOfRange({ topic, partition, offset, ...bounds });
      },
      onFetched: ({ records }) => this.seen(records),
      onTrouble,
    };
  }

  private async beginnings({ topic, from }: TailOptions): Promise<Map<number, number>> {
    const { clients } = this.parts;
    const name = this.name(topic);
    if ('timestampMs' in from) return this.answer(topic, () => clients.offsetsAt(name, from.timestampMs));
    return tailBeginnings(topic, from.offsets, await this.answer(topic, () => clients.bounds(name)));
  }

  private seen(records: readonly LogRecord[]): void {
    const last = records.at(-1);
    if (last) this.parts.clock.seen(last.timestampMs);
  }

  /** Asks until there is an answer, for a while. */
  private async answer<T>(topic: string, ask: () => Promise<T>): Promise<T> {
    const { answerWithinMs, onTrouble } = this.parts;
    try {
      return await retrying(ask, {
        withinMs: answerWithinMs,
        onFailure: (error) => onTrouble('no-answer', { topic, ...describeFault(error) }),
      });
    } catch (error) {
      if (isRefused(error)) throw orForbidden({ right: 'Read', on: 'topic', name: this.name(topic) }, error);
      throw logUnavailable({ topic, ...describeFault(error) }, error);
    }
  }

  private name(topic: string): string {
    this.partitions(topic);
    return this.parts.namespace + topic;
  }

  private groupId(group: string, topic: string): string {
    return `${this.parts.namespace}${group}.${topic}`;
  }

  private refuseWhenClosing(): void {
    if (this.closing) throw logClosed();
  }
}
