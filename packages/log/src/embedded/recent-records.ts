import { headerBytes } from '../headers.js';
import type { LogRecord } from '../port.js';

/** The newest records of a partition, so that a reader who keeps up never touches the store. Bounded in bytes. */
export class RecentRecords {
  private records: LogRecord[] = [];
  private head = 0;
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Lowest offset held; undefined if none. */
  get first(): number | undefined {
    return this.records[this.head]?.offset;
  }

  push(record: LogRecord): void {
    this.records.push(record);
    this.bytes += sizeOf(record);
    while (this.bytes > this.maxBytes && this.head < this.records.length) {
      const dropped = this.records[this.head] as LogRecord;
      this.bytes -= sizeOf(dropped);
      this.head += 1;
    }
    if (this.head > 1024 && this.head * 2 > this.records.length) {
      this.records = this.records.slice(this.head);
      this.head = 0;
    }
  }

  /** From `offset`, which must be held or be the next one. */
  slice(offset: number, limit: number): LogRecord[] {
    const first = this.first;
    if (first === undefined) return [];
    const from = this.head + offset - first;
    return this.records.slice(from, from + limit);
  }

  clear(): void {
    this.records = [];
    this.head = 0;
    this.bytes = 0;
  }
}

const RECORD_OVERHEAD_BYTES = 200;

function sizeOf(record: LogRecord): number {
  return record.value.length + record.key.length + headerBytes(record) + RECORD_OVERHEAD_BYTES;
}
