import { EarshotError } from '@earshot/model';
import { logClosed, logFull } from '../log-errors.js';
import type { AppendEntry, LogRecord } from '../port.js';
import { logFailed } from './folder-errors.js';
import type { Partition } from './partition.js';
import { encodeRecord, stampRecord, valueOf } from './record-codec.js';
import type { Store } from './store.js';

/** Something that wants to be on the disk. */
interface Write<Result = unknown> {
  bytes: number;
  /**
   * Puts into the transaction that is being built; each promise resolves once that transaction is flushed.
   * May refuse with an EarshotError before its first put.
   */
  put(): Promise<boolean>[];
  /** The transaction is on the disk. */
  done(): Result;
}

interface QueuedWrite extends Write {
  settle(): void;
  failed(error: unknown): void;
}

export interface PlacedEntry {
  entry: AppendEntry;
  partition: Partition;
}

const FLUSH_BYTES = 16 << 20;
const QUEUE_BYTES = 256 << 20;
const ENTRY_OVERHEAD_BYTES = 48;
/** Errors after which the transaction was taken back and the next one may succeed. */
const NO_ROOM = /MDB_MAP_FULL|ENOSPC|EDQUOT|EFBIG|No space left|Disk quota exceeded|File too large/;

/**
 * The only place that writes. One transaction is in flight at a time; what arrives meanwhile gathers and goes with the
 * next one, so a busy log flushes large batches and an idle one flushes at once, without a timer.
 */
export class Writer {
  private queue: QueuedWrite[] = [];
  private queuedBytes = 0;
  private usedBytes: number;
  private running: Promise<void> | undefined;
  private state: 'open' | 'closed' | EarshotError = 'open';

  constructor(
    private readonly store: Store,
    private readonly maxBytes: number,
    private readonly clock: () => number,
  ) {
    this.usedBytes = store.usedBytes();
  }

  append(placed: readonly PlacedEntry[]): Promise<number[]> {
    const encoded = placed.map(({ entry, partition }) => ({
      partition,
      key: entry.key,
      bytes: encodeRecord(entry.key, entry.value),
      offset: -1,
    }));
    const size = encoded.reduce((sum, { bytes }) => sum + storedBytes(bytes.length), 0);
    if (this.queuedBytes > 0 && this.queuedBytes + size > QUEUE_BYTES) {
      return Promise.reject(logFull({ queuedBytes: this.queuedBytes }));
    }
    let timestampMs = 0;
    return this.submit({
      bytes: size,
      put: () => {
        if (this.usedBytes + size > this.maxBytes)
          throw logFull({ usedBytes: this.usedBytes, maxBytes: this.maxBytes });
        this.usedBytes += size;
        timestampMs = this.clock();
        return encoded.map((record) => {
          stampRecord(record.bytes, timestampMs);
          record.offset = this.take(record.partition);
          return appendTo(record.partition, record.offset, record.bytes);
        });
      },
      done: () => {
        for (const { partition, key, bytes, offset } of encoded) {
          const record: LogRecord = {
            topic: partition.topic,
            partition: partition.number,
            offset,
            key,
            value: valueOf(bytes),
            timestampMs,
          };
          partition.recent.push(record);
          partition.next = offset + 1;
        }
        return encoded.map(({ offset }) => offset);
      },
    });
  }

  commit(group: string, partition: Partition, offset: number, metadata: string): Promise<void> {
    const value = Buffer.from(JSON.stringify({ offset, metadata }));
    return this.submit({
      bytes: value.length,
      put: () => [this.store.commits.put([group, partition.topic, partition.number], value)],
      done: () => undefined,
    });
  }

  /** Resolves once everything submitted before it is on the disk or has failed. */
  settled(): Promise<void> {
    return this.submit({ bytes: 0, put: () => [], done: () => undefined });
  }

  /** Refuses further writes and waits for those in the queue. */
  async close(): Promise<void> {
    this.state = 'closed';
    await this.running;
  }

  private submit<Result>(write: Write<Result>): Promise<Result> {
    if (this.state !== 'open') return Promise.reject(this.state === 'closed' ? logClosed() : this.state);
    return new Promise((resolve, reject) => {
      this.queue.push({ ...write, settle: () => resolve(write.done()), failed: reject });
      this.queuedBytes += write.bytes;
      this.running ??= Promise.resolve().then(() => this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      const { writes, puts } = this.build();
      try {
        for (const stored of await settleAll(puts)) if (!stored) throw new Error('A record was there already.');
        this.finish(writes);
      } catch (error) {
        const coded = await this.recover(error);
        for (const write of writes) write.failed(coded);
        if (this.state === coded) this.giveUp(coded);
      }
    }
    this.running = undefined;
  }

  private readonly taken = new Map<Partition, number>();

  /** The offset that the next record of a partition gets in the transaction being built. */
  private take(partition: Partition): number {
    const offset = this.taken.get(partition) ?? partition.next;
    this.taken.set(partition, offset + 1);
    return offset;
  }

  /** All in one turn of the event loop: LMDB makes one transaction of it. */
  private build(): { writes: QueuedWrite[]; puts: Promise<boolean>[] } {
    const writes: QueuedWrite[] = [];
    const puts: Promise<boolean>[] = [];
    let bytes = 0;
    let count = 0;
    for (const write of this.queue) {
      if (count > 0 && bytes + write.bytes > FLUSH_BYTES) break;
      count += 1;
      bytes += write.bytes;
      try {
        for (const put of write.put()) puts.push(put);
        writes.push(write);
      } catch (error) {
        write.failed(error);
        // Not a refusal: something of it may be in the transaction already, so the store has to be asked.
        if (!(error instanceof EarshotError)) puts.push(Promise.reject(error));
      }
    }
    this.queue = this.queue.slice(count);
    this.queuedBytes = Math.max(0, this.queuedBytes - bytes);
    return { writes, puts };
  }

  private giveUp(error: EarshotError): void {
    for (const write of this.queue) write.failed(error);
    this.queue = [];
  }

  private finish(writes: readonly QueuedWrite[]): void {
    for (const write of writes) write.settle();
    const touched = [...this.taken.keys()];
    this.taken.clear();
    for (const partition of touched) partition.announce();
  }

  /** The transaction failed as a whole. Takes the truth from the store again and says what the caller is told. */
  private async recover(error: unknown): Promise<EarshotError> {
    const touched = [...this.taken.keys()];
    this.taken.clear();
    const cause = await causeOf(error);
    const noRoom = NO_ROOM.test(String(cause));
    try {
      // A write that broke between data and meta page leaves the environment unusable; a synchronous one shows it,
      // where an asynchronous one would wait forever.
      this.store.root.transactionSync(() => undefined);
      for (const partition of touched) partition.load(partition.first);
      this.usedBytes = this.store.usedBytes();
    } catch (broken) {
      this.state = logFailed(broken);
      return this.state;
    }
    for (const partition of touched) partition.announce();
    if (noRoom) return logFull({ reason: 'no room on the disk' }, cause);
    this.state = logFailed(cause);
    return this.state;
  }
}

/** LMDB refuses an offset that is not the highest (false), so a mistake could never overwrite a record. */
function appendTo({ db }: Partition, offset: number, bytes: Buffer): Promise<boolean> {
  const put = db.put.bind(db) as (key: number, value: Buffer, options: { append: true }) => Promise<boolean>;
  return put(offset, bytes, { append: true });
}

async function settleAll(puts: readonly Promise<boolean>[]): Promise<boolean[]> {
  const results = await Promise.allSettled(puts);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** LMDB tells the reason of a failed commit in a second promise. */
async function causeOf(error: unknown): Promise<unknown> {
  const reason = (error as { commitError?: Promise<never> }).commitError;
  if (!reason) return error;
  return reason.then(
    () => error,
    (cause: unknown) => cause,
  );
}

/** What a record takes in whole: long ones get pages of their own. */
function storedBytes(length: number): number {
  return length < 2000 ? length + ENTRY_OVERHEAD_BYTES : Math.ceil((length + 24) / 4096) * 4096 + ENTRY_OVERHEAD_BYTES;
}
