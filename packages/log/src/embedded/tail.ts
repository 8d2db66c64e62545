import { readerStopped } from '../log-errors.js';
import type { ReaderLag, Subscription, TailOptions } from '../port.js';
import { NO_LAG, worstLag } from '../reader-lag.js';
import { Breather, Milestones, Waker } from '../reader-loop.js';
import type { Partition } from './partition.js';

/** Reads a whole topic on without a group; one batch at a time, the partitions in turn. */
export class EmbeddedTail implements Subscription {
  private readonly waker = new Waker();
  private readonly breather = new Breather();
  private readonly cursors: TailCursor[];
  private readonly running: Promise<void>;
  private stopping = false;

  /** Throws `offset-out-of-range` if the cursor points to records that are gone. */
  constructor(
    private readonly options: TailOptions,
    partitions: readonly Partition[],
    private readonly left: () => void,
  ) {
    this.cursors = partitions.map((partition) => new TailCursor(partition, beginning(options, partition)));
    // Not before the caller holds this object: a first batch may fail at once.
    this.running = Promise.resolve().then(() => this.run());
  }

  async caughtUp(): Promise<void> {
    await Promise.all(this.cursors.map((cursor) => cursor.milestones.reach(cursor.partition.next)));
  }

  lag(): ReaderLag {
    if (this.stopping) return NO_LAG;
    return worstLag(this.cursors.map(({ partition, position }) => partition.lagOf(position)));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const forget = this.cursors.map((cursor) => cursor.partition.onMore(this.waker.wake));
    let cause: unknown;
    try {
      while (!this.stopping) if (!(await this.round())) await this.waker.wait();
    } catch (error) {
      cause = error;
      this.options.onError(error);
    } finally {
      for (const each of forget) each();
      for (const cursor of this.cursors) cursor.milestones.end(readerStopped({ topic: this.options.topic }, cause));
      this.left();
    }
  }

  /** One batch of each partition that has one; false if there was none. */
  private async round(): Promise<boolean> {
    let any = false;
    for (const cursor of this.cursors) {
      if (this.stopping) return true;
      const records = cursor.partition.read(cursor.position);
      if (records.length === 0) continue;
      any = true;
      await this.options.handle(records);
      cursor.position += records.length;
      cursor.milestones.moved();
      await this.breather.breathe();
    }
    return any;
  }
}

class TailCursor {
  readonly milestones = new Milestones(() => this.position);

  constructor(
    readonly partition: Partition,
    public position: number,
  ) {}
}

/** A partition that a cursor does not name begins at the first record held: nothing of it was ever handed out. */
function beginning({ from }: TailOptions, partition: Partition): number {
  if ('timestampMs' in from) return partition.offsetAt(from.timestampMs);
  const offset = from.offsets[partition.number] ?? partition.first;
  if (!Number.isSafeInteger(offset) || offset < partition.first || offset > partition.next) {
    throw partition.outOfRange(offset);
  }
  return offset;
}
