import { logFull } from '../log-errors.js';
import type { AppendEntry } from '../port.js';
import { FlushQueue } from './flush-queue.js';
import type { Partition } from './partition.js';
import { contentOf, encodeRecord, stampRecord } from './record-codec.js';
import type { Store } from './store.js';

export interface PlacedEntry {
  entry: AppendEntry;
  partition: Partition;
}

const ENTRY_OVERHEAD_BYTES = 48;
const TRUNCATE_RECORDS = 2000;

/** The log's writes, in terms of one queue to the disk. */
export class Writer {
  private readonly queue: FlushQueue;
  private usedBytes: number;

  constructor(
    private readonly store: Store,
    private readonly maxBytes: number,
    private readonly clock: () => number,
  ) {
    this.usedBytes = store.usedBytes();
    this.queue = new FlushQueue(store, () => {
      this.usedBytes = store.usedBytes();
    });
  }

  append(placed: readonly PlacedEntry[]): Promise<number[]> {
    const encoded = placed.map(({ entry, partition }) => ({
      partition,
      key: entry.key,
      bytes: encodeRecord(entry.key, entry.value, entry.headers),
      offset: -1,
    }));
    const size = encoded.reduce((sum, { bytes }) => sum + storedBytes(bytes.length), 0);
    let timestampMs = 0;
    return this.queue.submit({
      bytes: size,
      put: (transaction) => {
        const { usedBytes, maxBytes } = this;
        if (usedBytes + size > maxBytes) throw logFull({ usedBytes, maxBytes });
        this.usedBytes += size;
        timestampMs = this.clock();
        return encoded.map((record) => {
          stampRecord(record.bytes, timestampMs);
          record.offset = transaction.take(record.partition);
          return appendTo(record.partition, record.offset, record.bytes);
        });
      },
      done: () => {
        for (const { partition, key, bytes, offset } of encoded) {
          const { topic, number } = partition;
          partition.add({ topic, partition: number, offset, key, timestampMs, ...contentOf(bytes) });
        }
        return encoded.map(({ offset }) => offset);
      },
    });
  }

  commit(group: string, partition: Partition, offset: number, metadata: string): Promise<void> {
    const value = Buffer.from(JSON.stringify({ offset, metadata }));
    return this.queue.submit({
      bytes: value.length,
      put: () => [this.store.commits.put([group, partition.topic, partition.number], value)],
      done: () => undefined,
    });
  }

  /** Removes the records below `before`, some thousand at a time, so that appends go on in between. */
  async truncate(partition: Partition, before: number): Promise<void> {
    while (partition.first < Math.min(before, partition.next)) {
      await this.queue.submit({
        bytes: 0,
        put: (transaction) => {
          const from = partition.first;
          const to = Math.max(from, Math.min(before, partition.next, from + TRUNCATE_RECORDS));
          transaction.touch(partition);
          // Before the records go, so that no reader finds a hole where it was promised a record.
          partition.first = to;
          const removed = Array.from({ length: to - from }, (_, n) => partition.db.remove(from + n));
          return [this.store.raiseFloor(partition, to), ...removed];
        },
        done: () => {
          this.usedBytes = this.store.usedBytes();
        },
      });
    }
  }

  settled(): Promise<void> {
    return this.queue.settled();
  }

  close(): Promise<void> {
    return this.queue.close();
  }
}

/** LMDB refuses an offset that is not the highest (false), so a mistake could never overwrite a record. */
function appendTo({ db }: Partition, offset: number, bytes: Buffer): Promise<boolean> {
  const put = db.put.bind(db) as (key: number, value: Buffer, options: { append: true }) => Promise<boolean>;
  return put(offset, bytes, { append: true });
}

/** What a record takes in whole: long ones get pages of their own. */
function storedBytes(length: number): number {
  return length < 2000 ? length + ENTRY_OVERHEAD_BYTES : Math.ceil((length + 24) / 4096) * 4096 + ENTRY_OVERHEAD_BYTES;
}
