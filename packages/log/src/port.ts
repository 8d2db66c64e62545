/**
 * The log: topics of partitions of records, kept in order, read by groups and by tails.
 * Every adapter keeps these promises; `contract.ts` is the suite that proves them.
 *
 * - A resolved `append` is durable: it survives the death of the process (and of the machine as far as its disk's
 *   flush is honest). A rejected one may still turn up later.
 * - Records of one partition have rising offsets; entries of one `append` call to one partition keep their order,
 *   and calls made one after the other (without awaiting) keep theirs. What a rejected call leaves of a partition are
 *   the first of its entries.
 * - The same key always goes to the same partition number, in every topic with the same partition count.
 * - Every group sees every record at least once; a record may be held twice (two offsets, one content).
 * - `timestampMs` is the log's own clock and never runs backwards inside a partition.
 */
export interface Log {
  /** Number of partitions; fixed for life. Throws `topic-unknown`. */
  partitions(topic: string): number;
  /** The partition that a key goes to. */
  partitionOf(topic: string, key: string): number;
  /**
   * Appends durably; resolves to the offsets in the order of the entries.
   * Throws `log-full` (retry: true) when the store refuses more, `log-closed` after `close`, and `key-invalid` or
   * `record-refused` if one of the entries is such that it will never be taken.
   */
  append(entries: readonly AppendEntry[]): Promise<number[]>;
  /** Joins `group` on `topic`; each partition assigned to this member gets its own handler and its own queue. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Reads from a time stamp or cursor on, in the order of each partition, without a group and without commits. */
  tail(options: TailOptions): Promise<Subscription>;
  /** Records from `from` (inclusive), at most `limit`; for tools, batch and recovery. */
  read(topic: string, partition: number, from: number, limit: number): Promise<LogRecord[]>;
  /** First offset still held and the offset the next record will get. */
  bounds(topic: string, partition: number): Promise<{ first: number; next: number }>;
  /**
   * Every group that reads this topic or has committed on it, by name. What the log forgets of a group that has been
   * away for long is the adapter's business; tails are no groups. Throws `topic-unknown`.
   */
  groups(topic: string): Promise<GroupProgress[]>;
  /** The log's clock, epoch ms: what a record appended now would carry, as nearly as this side knows. */
  clock(): number;
  /** Stops every subscription (each finishes what is in hand), then lets go of the store. Idempotent. */
  close(): Promise<void>;
}

export interface GroupProgress {
  group: string;
  /** Per partition the offset that the group reads next, as it committed last; absent where it has committed nothing. */
  committed: readonly (number | undefined)[];
  /** Per partition the first offset that a new owner would read: the low-water mark of a fold, else what is committed. */
  neededFrom: readonly (number | undefined)[];
}

export interface AppendEntry {
  topic: string;
  key: string;
  /** Set where a record belongs to a partition rather than to a key (takeover). */
  partition?: number;
  value: Uint8Array;
  headers?: RecordHeaders;
}

/** Name → value, beside the value of a record: for what comes from outside. Of several with one name the last. */
export type RecordHeaders = ReadonlyMap<string, Uint8Array>;

export interface LogRecord {
  topic: string;
  partition: number;
  offset: number;
  key: string;
  value: Uint8Array;
  timestampMs: number;
  /** Absent: none. */
  headers?: RecordHeaders;
}

export interface SubscribeOptions {
  group: string;
  topic: string;
  /** Called for each partition this member gets; `from` of the handler says where reading begins. */
  onAssigned(assignment: Assignment): Promise<PartitionHandler>;
  /** A handler threw: the partition is stopped after this. The adapter never swallows it. */
  onError(error: unknown, partition: number): void;
}

export interface Assignment {
  topic: string;
  partition: number;
  /** This member's name, unique per process start. */
  owner: string;
  /** What the group committed last; absent if nothing. */
  committed?: { offset: number; metadata: string };
  /** First offset the log still holds. */
  first: number;
  /** Offset the next record will get, at the time of assignment. */
  next: number;
  /**
   * Moves the group's offset (the next one to read) with its metadata; durable when resolved.
   * Throws `not-owner` if this member no longer holds the partition.
   */
  commit(offset: number, metadata: string): Promise<void>;
  /** Asks the coordinator now; false: this member is out. */
  confirmMembership(): Promise<boolean>;
  /** Monotonic ms since membership was last confirmed. */
  sinceConfirmedMs(): number;
  /**
   * Aborted when the partition is being taken away or the subscription stops. A handler that waits for something
   * inside `handle` gives up then and resolves: what it has not committed will be read again by the next owner.
   */
  leaving: AbortSignal;
}

export interface PartitionHandler {
  /** Offset of the first record to deliver. */
  from: number;
  /**
   * Takes records in offset order. The next batch comes only after this resolves (back-pressure);
   * a rejection stops the partition and is reported to `onError`.
   */
  handle(records: readonly LogRecord[]): Promise<void>;
  /** The partition is taken away or the subscription stops; what is in hand has been finished. */
  close(): Promise<void>;
}

export interface Subscription {
  /** Resolves once everything that was in the log when it was called has been handled. */
  caughtUp(): Promise<void>;
  /** How far this reader is behind, as far as it knows without asking; a stopped one is not behind. */
  lag(): ReaderLag;
  /** Finishes what is in hand, then leaves. Idempotent. */
  stop(): Promise<void>;
}

/** Of the partitions that a reader has now, the worst of each. */
export interface ReaderLag {
  /** Written and not handled yet; what is in hand counts. */
  records: number;
  /** Log time of the oldest of them, epoch ms; absent if there is none. */
  oldestMs?: number;
}

export interface TailOptions {
  topic: string;
  /**
   * Next offset per partition (a cursor; a partition it does not name begins at the first record held), or a log time
   * in epoch ms to begin at. A cursor outside the log is refused: `offset-out-of-range`.
   */
  from: { offsets: Record<number, number> } | { timestampMs: number };
  handle(records: readonly LogRecord[]): Promise<void>;
  onError(error: unknown): void;
}
