import { headerBytes } from '../headers.js';
import type { LogRecord, ReaderLag } from '../port.js';
import { NO_LAG } from '../reader-lag.js';
import type { Fetched } from './fetch-records.js';

const HAND_OUT_RECORDS = 500;

export interface BufferLimits {
  /** Fetching pauses at this many records or bytes and goes on at half of it. */
  records: number;
  bytes: number;
}

const LIMITS: BufferLimits = { records: 10_000, bytes: 8 << 20 };

/** What was fetched of one partition and waits to be handled: bounded, so that a slow handler holds back only itself. */
export class RecordBuffer {
  private chunks: { records: LogRecord[]; next: number }[] = [];
  private records = 0;
  private bytes = 0;
  private full = false;
  private ended = false;
  private lastTimestampMs = 0;
  /** Where the partition ended when a broker spoke of it last. */
  private knownEnd = 0;
  /** Log time of the first record that was handed out last. */
  private inHandMs: number | undefined;

  constructor(
    readonly partition: number,
    private fetchFrom: number,
    /** There is something to handle, or the partition failed. */
    private readonly onMore: () => void,
    /** There is room again. */
    private readonly onRoom: () => void,
    private readonly limits: BufferLimits = LIMITS,
  ) {}

  failure: unknown;

  /** The offset to fetch next; undefined: nothing is wanted now. */
  wanted(): number | undefined {
    return this.full || this.ended || this.failure !== undefined ? undefined : this.fetchFrom;
  }

  /** Takes an answer, unless it was asked for before something changed. */
  take({ from, records, next, end }: Fetched): void {
    if (this.ended) return;
    this.knownEnd = end;
    if (from !== this.fetchFrom || next === from) return;
    this.fetchFrom = next;
    // A broker's clock may be set back, or another broker with a slower one take over.
    for (const record of records) {
      this.lastTimestampMs = Math.max(this.lastTimestampMs, record.timestampMs);
      record.timestampMs = this.lastTimestampMs;
      this.bytes += sizeOf(record);
    }
    this.records += records.length;
    this.chunks.push({ records, next });
    this.full ||= this.records >= this.limits.records || this.bytes >= this.limits.bytes;
    this.onMore();
  }

  fail(error: unknown): void {
    this.failure ??= error;
    this.onMore();
  }

  /** Nothing further is wanted. */
  end(): void {
    this.ended = true;
    this.chunks = [];
  }

  /** The next records to handle, and the offset behind them; none: there is nothing. */
  shift(): { records: readonly LogRecord[]; next: number } | undefined {
    const chunk = this.chunks[0];
    this.inHandMs = chunk?.records[0]?.timestampMs;
    if (!chunk) return undefined;
    const records = chunk.records.splice(0, HAND_OUT_RECORDS);
    const rest = chunk.records[0];
    if (!rest) this.chunks.shift();
    this.records -= records.length;
    for (const record of records) this.bytes -= sizeOf(record);
    if (this.full && this.records <= this.limits.records / 2 && this.bytes <= this.limits.bytes / 2) {
      this.full = false;
      this.onRoom();
    }
    return { records, next: rest?.offset ?? chunk.next };
  }

  /**
   * How far a reader is behind that has handled everything below `position`. While the buffer is full nobody asks how far
   * the partition reaches: then it is at least so many.
   */
  lag(position: number): ReaderLag {
    const records = Math.max(this.knownEnd, this.fetchFrom) - position;
    if (records <= 0) return NO_LAG;
    // What was not fetched yet is not older than the last that was.
    const oldestMs = this.inHandMs ?? this.chunks[0]?.records[0]?.timestampMs ?? this.lastTimestampMs;
    return { records, ...(oldestMs > 0 && { oldestMs }) };
  }
}

function sizeOf(record: LogRecord): number {
  return record.key.length + record.value.byteLength + headerBytes(record) + 64;
}
