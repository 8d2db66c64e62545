import type { Database } from 'lmdb';
import { offsetOutOfRange } from '../log-errors.js';
import type { LogRecord, ReaderLag } from '../port.js';
import { NO_LAG } from '../reader-lag.js';
import { folderDamaged } from './folder-errors.js';
import { RecentRecords } from './recent-records.js';
import { decodeRecord, timestampOf } from './record-codec.js';

export const READ_RECORDS = 500;
const READ_BYTES = 1 << 20;

/** The bytes in a record's place whose checksum says that they are not what was written. */
export interface UnreadableRecord {
  offset: number;
  unreadable: Uint8Array;
}

/** One partition: what it holds durably, and who waits for more. Only the writer moves `next`. */
export class Partition {
  /** First offset held. */
  first = 0;
  /** Offset of the next record; everything below it is on the disk. */
  next = 0;
  private readonly recent: RecentRecords;
  private readonly waiting = new Set<() => void>();

  constructor(
    readonly topic: string,
    readonly number: number,
    readonly db: Database<Buffer, number>,
    private readonly dir: string,
    recentBytes: number,
  ) {
    this.recent = new RecentRecords(recentBytes);
  }

  /** Takes `first` and `next` from the store; `floor`: everything below it was removed for good. */
  load(floor: number): void {
    this.recent.clear();
    const first = [...this.db.getKeys({ limit: 1 })][0];
    const last = [...this.db.getKeys({ limit: 1, reverse: true })][0];
    this.first = first ?? floor;
    this.next = last === undefined ? floor : last + 1;
    const held = (this.db.getStats() as { entryCount: number }).entryCount;
    if (held !== this.next - this.first) {
      throw this.damaged(`${this.next - this.first - held} records missing between its first and its last`);
    }
  }

  /** A record is on the disk. */
  add(record: LogRecord): void {
    this.recent.push(record);
    this.next = record.offset + 1;
  }

  /** A batch from `from` on, bounded in number and bytes; empty at the end of the log. */
  read(from: number, limit = READ_RECORDS): LogRecord[] {
    if (from < this.first || from > this.next) throw this.outOfRange(from);
    if (from === this.next || limit <= 0) return [];
    const recentFirst = this.recent.first;
    if (recentFirst !== undefined && from >= recentFirst) return this.recent.slice(from, limit);
    return this.readStored(from, limit);
  }

  /** As `read`, but goes on past records that are not what was written: for who can set them aside. */
  readPast(from: number, limit = READ_RECORDS): (LogRecord | UnreadableRecord)[] {
    if (from < this.first || from > this.next) throw this.outOfRange(from);
    const records: (LogRecord | UnreadableRecord)[] = [];
    let bytes = 0;
    for (const { key: offset, value } of this.db.getRange({ start: from, end: this.next, limit })) {
      if (offset !== from + records.length) throw this.damaged(`offset ${from + records.length} is missing`);
      records.push(decodeRecord(this.topic, this.number, offset, value) ?? { offset, unreadable: value });
      bytes += value.length;
      if (bytes >= READ_BYTES) break;
    }
    return records;
  }

  /** Offset of the first record at or after a log time; `next` if there is none. */
  offsetAt(timestampMs: number): number {
    let low = this.first;
    let high = this.next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const bytes = this.db.get(middle);
      if (!bytes) throw this.damaged(`offset ${middle} is missing`);
      if (timestampOf(bytes) < timestampMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Log time of the newest record held; 0 if none. */
  lastTimestampMs(): number {
    if (this.next === this.first) return 0;
    const bytes = this.db.get(this.next - 1);
    return bytes ? timestampOf(bytes) : 0;
  }

  /** How far a reader is behind that has handled everything below `position`. */
  lagOf(position: number): ReaderLag {
    if (position < 0 || position >= this.next) return NO_LAG;
    const oldest = this.db.get(Math.max(position, this.first));
    return { records: this.next - position, ...(oldest && { oldestMs: timestampOf(oldest) }) };
  }

  outOfRange(offset: number): Error {
    return offsetOutOfRange({ topic: this.topic, partition: this.number, offset, first: this.first, next: this.next });
  }

  /** Calls `wake` whenever there is more to read, until the returned function is called. */
  onMore(wake: () => void): () => void {
    this.waiting.add(wake);
    return () => this.waiting.delete(wake);
  }

  announce(): void {
    for (const wake of this.waiting) wake();
  }

  private readStored(from: number, limit: number): LogRecord[] {
    const records = this.readPast(from, limit).map((found) => {
      if ('unreadable' in found) throw this.damaged(`offset ${found.offset} is unreadable`);
      return found;
    });
    if (records.length === 0) throw this.damaged(`offset ${from} is missing`);
    return records;
  }

  private damaged(reason: string): Error {
    return folderDamaged(this.dir, `${this.topic}/${this.number}: ${reason}`);
  }
}
