import { offsetOutOfRange, readerStopped } from '../log-errors.js';
import type { ReaderLag, Subscription, TailOptions } from '../port.js';
import { NO_LAG, worstLag } from '../reader-lag.js';
import { Breather, Milestones, Waker } from '../reader-loop.js';
import type { OnTrouble } from './connection.js';
import { Fetcher, type FetcherOptions } from './fetcher.js';
import { describeFault } from './kafka-faults.js';
import { RecordBuffer } from './record-buffer.js';
import { retrying } from './retrying.js';

export interface TailDeps {
  fetching: FetcherOptions;
  /** Offset of the next record of each partition. */
  ends(): Promise<Map<number, number>>;
  onTrouble: OnTrouble;
  left(): void;
}

/** Reads a whole topic on by plain reads of its partitions: no group, nothing to be rebalanced, nothing left behind. */
export class KafkaTail implements Subscription {
  private readonly waker = new Waker();
  private readonly leaving = new AbortController();
  private readonly fetcher: Fetcher;
  private readonly cursors: TailCursor[];
  private readonly running: Promise<void>;

  constructor(
    private readonly options: TailOptions,
    beginnings: ReadonlyMap<number, number>,
    private readonly deps: TailDeps,
  ) {
    this.fetcher = new Fetcher(deps.fetching);
    this.cursors = [...beginnings].map(([partition, from]) => {
      return new TailCursor(new RecordBuffer(partition, from, this.waker.wake, this.fetcher.wake), from);
    });
    for (const { buffer } of this.cursors) this.fetcher.add(buffer);
    // Not before the caller holds this object: a first batch may fail at once.
    this.running = Promise.resolve().then(() => this.run());
  }

  async caughtUp(): Promise<void> {
    const { topic } = this.options;
    const ends = await retrying(() => this.deps.ends(), {
      signal: this.leaving.signal,
      onFailure: (error) => this.deps.onTrouble('ends-unknown', { topic, ...describeFault(error) }),
    });
    await Promise.all(this.cursors.map(({ milestones, buffer }) => milestones.reach(ends.get(buffer.partition) ?? 0)));
  }

  lag(): ReaderLag {
    if (this.leaving.signal.aborted) return NO_LAG;
    return worstLag(this.cursors.map(({ buffer, position }) => buffer.lag(position)));
  }

  async stop(): Promise<void> {
    this.leaving.abort();
    this.waker.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    let cause: unknown;
    const breather = new Breather();
    try {
      while (!this.leaving.signal.aborted) if (!(await this.round(breather))) await this.waker.wait();
    } catch (error) {
      cause = error;
      this.options.onError(error);
    } finally {
      for (const { buffer, milestones } of this.cursors) {
        buffer.end();
        milestones.end(readerStopped({ topic: this.options.topic }, cause));
      }
      await this.fetcher.close();
      this.deps.left();
    }
  }

  /** One batch of each partition that has one; false if there was none. */
  private async round(breather: Breather): Promise<boolean> {
    let any = false;
    for (const cursor of this.cursors) {
      if (this.leaving.signal.aborted) return true;
      const chunk = cursor.buffer.shift();
      if (!chunk) {
        if (cursor.buffer.failure !== undefined) throw cursor.buffer.failure;
        continue;
      }
      any = true;
      if (chunk.records.length > 0) await this.options.handle(chunk.records);
      cursor.position = chunk.next;
      cursor.milestones.moved();
      await breather.breathe();
    }
    return any;
  }
}

class TailCursor {
  readonly milestones = new Milestones(() => this.position);

  constructor(
    readonly buffer: RecordBuffer,
    public position: number,
  ) {}
}

/** Where a tail begins in each partition. Throws `offset-out-of-range` for a cursor outside the log. */
export function tailBeginnings(
  topic: string,
  offsets: Readonly<Record<number, number>>,
  bounds: ReadonlyMap<number, { first: number; next: number }>,
): Map<number, number> {
  const beginnings = new Map<number, number>();
  for (const [partition, { first, next }] of bounds) {
    const offset = offsets[partition] ?? first;
    if (!Number.isSafeInteger(offset) || offset < first || offset > next) {
      throw offsetOutOfRange({ topic, partition, offset, first, next });
    }
    beginnings.set(partition, offset);
  }
  return beginnings;
}
