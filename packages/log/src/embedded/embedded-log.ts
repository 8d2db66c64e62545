import { randomUUID } from 'node:crypto';
import { neededFrom } from '../fold/commit-metadata.js';
import { partitionForKey } from '../key-partition.js';
import { logClosed, partitionUnknown, refuseHalfCharacters, topicUnknown } from '../log-errors.js';
import type {
  AppendEntry,
  GroupProgress,
  Log,
  LogRecord,
  SubscribeOptions,
  Subscription,
  TailOptions,
} from '../port.js';
import type { Partition } from './partition.js';
import type { Store } from './store.js';
import { EmbeddedSubscription } from './subscription.js';
import { EmbeddedTail } from './tail.js';
import { type PlacedEntry, Writer } from './writer.js';

/** The log over one LMDB environment, for one process. */
export class EmbeddedLog implements Log {
  private readonly process = `embedded-${randomUUID()}`;
  private readonly writer: Writer;
  private readonly readers = new Set<Subscription>();
  /** Group and topic → the member that holds it. */
  private readonly members = new Map<string, EmbeddedSubscription>();
  private memberships = 0;
  private lastMs: number;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
    maxBytes: number,
    private readonly letGo: () => Promise<void>,
  ) {
    const partitions = [...store.topics.values()].flat();
    this.lastMs = partitions.reduce((last, partition) => Math.max(last, partition.lastTimestampMs()), 0);
    this.writer = new Writer(store, maxBytes, () => {
      this.lastMs = this.clock();
      return this.lastMs;
    });
  }

  partitions(topic: string): number {
    return this.topic(topic).length;
  }

  partitionOf(topic: string, key: string): number {
    return partitionForKey(key, this.partitions(topic));
  }

  async append(entries: readonly AppendEntry[]): Promise<number[]> {
    const placed = entries.map((entry) => this.place(entry));
    return placed.length === 0 ? [] : this.writer.append(placed);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    this.refuseWhenClosing();
    const partitions = this.topic(options.topic);
    const member = JSON.stringify([options.group, options.topic]);
    this.memberships += 1;
    const subscription: EmbeddedSubscription = new EmbeddedSubscription(options, partitions, {
      owner: `${this.process}-${this.memberships}`,
      committed: (partition) => this.committed(options.group, partition),
      commit: (partition, offset, metadata) => this.writer.commit(options.group, partition, offset, metadata),
      left: () => {
        this.readers.delete(subscription);
        if (this.members.get(member) === subscription) this.members.delete(member);
      },
    });
    this.members.get(member)?.fence();
    this.members.set(member, subscription);
    this.readers.add(subscription);
    // A commit that the older member made before it was fenced must be seen by this one.
    await this.writer.settled();
    await subscription.start();
    return subscription;
  }

  async tail(options: TailOptions): Promise<Subscription> {
    this.refuseWhenClosing();
    const tail: EmbeddedTail = new EmbeddedTail(options, this.topic(options.topic), () => this.readers.delete(tail));
    this.readers.add(tail);
    return tail;
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]> {
    const place = this.partition(topic, partition);
    const records: LogRecord[] = [];
    while (records.length < limit) {
      const batch = place.read(from + records.length, limit - records.length);
      if (batch.length === 0) break;
      records.push(...batch);
    }
    return records;
  }

  async bounds(topic: string, partition: number): Promise<{ first: number; next: number }> {
    const { first, next } = this.partition(topic, partition);
    return { first, next };
  }

  async groups(topic: string): Promise<GroupProgress[]> {
    const partitions = this.topic(topic);
    const committed = [...this.store.commits.getRange({})].map(({ key }) => key).filter(([, at]) => at === topic);
    const present = [...this.members.keys()].map((member) => JSON.parse(member) as [string, string]);
    const names = [...committed, ...present.filter(([, at]) => at === topic)].map(([group]) => String(group));
    return [...new Set(names)].sort().map((group) => {
      const commits = partitions.map((partition) => this.committed(group, partition));
      return {
        group,
        committed: commits.map((commit) => commit?.offset),
        neededFrom: commits.map((commit) => commit && neededFrom(commit)),
      };
    });
  }

  /** Removes the records of a partition below `beforeOffset`; the room is free for new ones when it resolves. */
  async truncate(topic: string, partition: number, beforeOffset: number): Promise<void> {
    await this.writer.truncate(this.partition(topic, partition), beforeOffset);
  }

  /**
   * Removes what is older than `ageMs` by the log's clock and what no group needs any more: never a record at or above
   * the offset that a group has committed, nor above the low-water mark that a fold keeps beside it. Returns how many.
   */
  async expire(topic: string, ageMs: number): Promise<number> {
    let removed = 0;
    for (const partition of this.topic(topic)) {
      const old = partition.offsetAt(this.clock() - ageMs);
      const before = Math.min(old, this.neededFrom(partition));
      if (before <= partition.first) continue;
      removed += before - partition.first;
      await this.writer.truncate(partition, before);
    }
    return removed;
  }

  clock(): number {
    return Math.max(this.lastMs, Math.floor(this.now()));
  }

  close(): Promise<void> {
    this.closing ??= this.shut();
    return this.closing;
  }

  private async shut(): Promise<void> {
    // What a handler has in hand may still append and commit; only then the writer ends.
    await Promise.all([...this.readers].map((reader) => reader.stop()));
    await this.writer.close();
    await this.letGo();
  }

  private committed(group: string, partition: Partition): { offset: number; metadata: string } | undefined {
    const bytes = this.store.commits.get([group, partition.topic, partition.number]);
    return bytes && (JSON.parse(bytes.toString()) as { offset: number; metadata: string });
  }

  /** The oldest offset that any group still needs. */
  private neededFrom(partition: Partition): number {
    let needed = partition.next;
    for (const { key, value } of this.store.commits.getRange({})) {
      const [, topic, number] = key;
      if (topic !== partition.topic || number !== partition.number) continue;
      needed = Math.min(needed, neededFrom(JSON.parse(value.toString()) as { offset: number; metadata: string }));
    }
    return needed;
  }

  private place(entry: AppendEntry): PlacedEntry {
    refuseHalfCharacters(entry.key);
    const number = entry.partition ?? this.partitionOf(entry.topic, entry.key);
    return { entry, partition: this.partition(entry.topic, number) };
  }

  private partition(topic: string, number: number): Partition {
    const partition = this.topic(topic)[number];
    if (!partition) throw partitionUnknown(topic, number);
    return partition;
  }

  private topic(topic: string): readonly Partition[] {
    const partitions = this.store.topics.get(topic);
    if (!partitions) throw topicUnknown(topic);
    return partitions;
  }

  private refuseWhenClosing(): void {
    if (this.closing) throw logClosed();
  }
}
