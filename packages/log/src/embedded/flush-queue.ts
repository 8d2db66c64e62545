import { EarshotError } from '@earshot/model';
import { logClosed, logFull } from '../log-errors.js';
import { logFailed } from './folder-errors.js';
import type { Partition } from './partition.js';
import type { Store } from './store.js';

/** Something that wants to be on the disk. */
export interface Write<Result> {
  bytes: number;
  /**
   * Puts into the transaction that is being built; each promise resolves once that transaction is flushed.
   * May refuse with an EarshotError before its first put.
   */
  put(transaction: Transaction): Promise<boolean>[];
  /** The transaction is on the disk. */
  done(): Result;
}

interface QueuedWrite extends Omit<Write<unknown>, 'done'> {
  settle(): void;
  failed(error: unknown): void;
}

/** Largest transaction, as long as it is more than one write. */
const FLUSH_BYTES = 16 << 20;
const QUEUE_BYTES = 256 << 20;
/** Texts after which the transaction was taken back and a later one may succeed: LMDB gives no codes here. */
const NO_ROOM = /MDB_MAP_FULL|ENOSPC|EDQUOT|EFBIG|No space left|Disk quota exceeded|File too large/;

/**
 * The only way to the disk. One transaction is in flight at a time; what arrives meanwhile gathers and goes with the
 * next one, so a busy log flushes large batches and an idle one flushes at once, without a timer.
 */
export class FlushQueue {
  private queue: QueuedWrite[] = [];
  private queuedBytes = 0;
  private running: Promise<void> | undefined;
  private state: 'open' | 'closed' | EarshotError = 'open';

  constructor(
    private readonly store: Store,
    /** A transaction was taken back: what was counted of it is void. */
    private readonly onTakenBack: () => void,
  ) {}

  submit<Result>(write: Write<Result>): Promise<Result> {
    if (this.state !== 'open') return Promise.reject(this.state === 'closed' ? logClosed() : this.state);
    if (this.queuedBytes > 0 && this.queuedBytes + write.bytes > QUEUE_BYTES) {
      return Promise.reject(logFull({ queuedBytes: this.queuedBytes }));
    }
    return new Promise((resolve, reject) => {
      const { bytes, put } = write;
      this.queue.push({ bytes, put, settle: () => resolve(write.done()), failed: reject });
      this.queuedBytes += bytes;
      this.running ??= Promise.resolve().then(() => this.run());
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

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      const transaction = new Transaction();
      const { writes, puts } = this.build(transaction);
      try {
        await allStored(puts);
        for (const write of writes) write.settle();
      } catch (error) {
        const coded = await this.recover(error, transaction);
        for (const write of writes) write.failed(coded);
        if (this.state === coded) this.giveUp(coded);
      }
      for (const partition of transaction.partitions) partition.announce();
    }
    this.running = undefined;
  }

  /** Puts what fits into one LMDB transaction. */
  private build(transaction: Transaction): { writes: QueuedWrite[]; puts: Promise<boolean>[] } {
    const writes: QueuedWrite[] = [];
    const puts: Promise<boolean>[] = [];
    // The promise of the batch is that of the transaction: some puts have none of their own, and unheard, its
    // rejection would end the process.
    const batch = async () => this.store.root.batch(() => this.putQueued(transaction, writes, puts));
    puts.push(batch());
    return { writes, puts };
  }

  private putQueued(transaction: Transaction, writes: QueuedWrite[], puts: Promise<boolean>[]): void {
    let bytes = 0;
    let count = 0;
    for (const write of this.queue) {
      if (count > 0 && bytes + write.bytes > FLUSH_BYTES) break;
      count += 1;
      bytes += write.bytes;
      try {
        for (const put of write.put(transaction)) puts.push(put);
        writes.push(write);
      } catch (error) {
        write.failed(error);
        // Not a refusal: something of it may be in the transaction already, so the store has to be asked.
        if (!(error instanceof EarshotError)) puts.push(Promise.reject(error));
      }
    }
    this.queue = this.queue.slice(count);
    this.queuedBytes -= bytes;
  }

  /** Takes the truth from the store again; answers with what the callers are told. */
  private async recover(error: unknown, { partitions }: Transaction): Promise<EarshotError> {
    const cause = await causeOf(error);
    try {
      // A write that broke between data and meta page leaves the environment unusable: a synchronous transaction says
      // so, where an asynchronous one would wait forever.
      this.store.root.transactionSync(() => undefined);
      for (const partition of partitions) partition.load(this.store.floorOf(partition));
      this.onTakenBack();
    } catch (broken) {
      this.state = logFailed(broken);
      return this.state;
    }
    if (NO_ROOM.test(String(cause)) || this.store.diskFull()) return logFull({ reason: 'no room on the disk' }, cause);
    this.state = logFailed(cause);
    return this.state;
  }

  private giveUp(error: EarshotError): void {
    for (const write of this.queue) write.failed(error);
    this.queue = [];
    this.queuedBytes = 0;
  }
}

/** What one transaction gives out. */
export class Transaction {
  private readonly nexts = new Map<Partition, number>();

  get partitions(): Iterable<Partition> {
    return this.nexts.keys();
  }

  /** The offset of the next record that this transaction adds to a partition. */
  take(partition: Partition): number {
    const offset = this.nexts.get(partition) ?? partition.next;
    this.nexts.set(partition, offset + 1);
    return offset;
  }

  /** The transaction changes a partition without adding to it. */
  touch(partition: Partition): void {
    this.nexts.set(partition, this.nexts.get(partition) ?? partition.next);
  }
}

async function allStored(puts: readonly Promise<boolean>[]): Promise<void> {
  for (const result of await Promise.allSettled(puts)) {
    if (result.status === 'rejected') throw result.reason;
    if (!result.value) throw new Error('A record was there already.');
  }
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
