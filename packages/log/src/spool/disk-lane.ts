import { EarshotError } from '@earshot/model';
import type { Partition } from '../embedded/partition.js';
import type { Writer } from '../embedded/writer.js';
import { LogErrorCode } from '../log-errors.js';
import { spoolClosed, spoolFailed, spoolFull } from '../spool-errors.js';
import type { SpoolEntry, SpooledEntry, SpoolLane } from '../spool-port.js';

/** A lane over one partition of the store that the embedded log stands on. */
export class DiskLane implements SpoolLane {
  constructor(
    readonly topic: string,
    private readonly stored: Partition,
    private readonly writer: Writer,
  ) {}

  get partition(): number {
    return this.stored.number;
  }

  get first(): number {
    return this.stored.first;
  }

  get next(): number {
    return this.stored.next;
  }

  oldestMs(): number | undefined {
    const [oldest] = this.read(this.first, 1);
    return oldest && 'putAtMs' in oldest ? oldest.putAtMs : undefined;
  }

  async put(entries: readonly SpoolEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { topic, stored: partition } = this;
    const placed = entries.map(({ key, value }) => ({ entry: { topic, key, value }, partition }));
    await this.writer.append(placed).catch(inSpoolTerms);
  }

  read(from: number, limit: number): SpooledEntry[] {
    return this.stored.readPast(from, limit).map((found) => {
      const place = found.offset;
      if ('unreadable' in found) return { place, unreadable: found.unreadable };
      return { place, key: found.key, value: found.value, putAtMs: found.timestampMs };
    });
  }

  async dropBefore(place: number): Promise<void> {
    await this.writer.truncate(this.stored, place).catch(inSpoolTerms);
  }
}

function inSpoolTerms(error: unknown): never {
  if (error instanceof EarshotError && error.code === LogErrorCode.full) throw spoolFull(error);
  if (error instanceof EarshotError && error.code === LogErrorCode.closed) throw spoolClosed();
  throw spoolFailed(error);
}
