import { notOwner, readerStopped } from '../log-errors.js';
import type { Assignment, PartitionHandler, ReaderLag, SubscribeOptions, Subscription } from '../port.js';
import { NO_LAG, worstLag } from '../reader-lag.js';
import { Breather, Milestones, Waker } from '../reader-loop.js';
import type { Partition } from './partition.js';

/** What a subscription needs of the log. */
export interface Membership {
  owner: string;
  committed(partition: Partition): { offset: number; metadata: string } | undefined;
  commit(partition: Partition, offset: number, metadata: string): Promise<void>;
  left(): void;
}

/** A group's only member on a topic: it holds every partition until it stops or a newer one takes its place. */
export class EmbeddedSubscription implements Subscription {
  private readonly queues: PartitionQueue[];
  private stopping: Promise<void> | undefined;
  private outSinceMs: number | undefined;
  private readonly leaving = new AbortController();

  constructor(
    private readonly options: SubscribeOptions,
    partitions: readonly Partition[],
    private readonly membership: Membership,
  ) {
    this.queues = partitions.map((partition) => new PartitionQueue(partition, this.options));
  }

  /** Resolves once every partition has its handler. */
  async start(): Promise<void> {
    if (this.stopping) return;
    await Promise.all(this.queues.map((queue) => queue.start(this.assignment(queue.partition))));
  }

  /** A newer subscription of the group took the topic: from here on nothing is committed. */
  fence(): void {
    this.outSinceMs ??= performance.now();
    // What is in hand ends by itself; nobody waits for it here, and its failure goes to `onError`.
    void this.stop();
  }

  async caughtUp(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.reach(queue.partition.next)));
  }

  lag(): ReaderLag {
    return this.stopping ? NO_LAG : worstLag(this.queues.map((queue) => queue.lag()));
  }

  stop(): Promise<void> {
    this.stopping ??= this.leave();
    return this.stopping;
  }

  private async leave(): Promise<void> {
    this.leaving.abort();
    await Promise.all(this.queues.map((queue) => queue.stop()));
    this.outSinceMs ??= performance.now();
    this.membership.left();
  }

  private assignment(partition: Partition): Assignment {
    const { topic } = this.options;
    const committed = this.membership.committed(partition);
    return {
      topic,
      partition: partition.number,
      owner: this.membership.owner,
      ...(committed && { committed }),
      first: partition.first,
      next: partition.next,
      commit: async (offset, metadata) => {
        if (this.outSinceMs !== undefined) throw notOwner(this.options.group, topic, partition.number);
        if (!Number.isSafeInteger(offset) || offset < 0 || offset > partition.next) throw partition.outOfRange(offset);
        await this.membership.commit(partition, offset, metadata);
      },
      leaving: this.leaving.signal,
      confirmMembership: async () => this.outSinceMs === undefined,
      // The coordinator is this process: while a member, asking it is looking here.
      sinceConfirmedMs: () => (this.outSinceMs === undefined ? 0 : performance.now() - this.outSinceMs),
    };
  }
}

/** One partition's way to its handler; it waits for nothing but that handler. */
class PartitionQueue {
  private readonly waker = new Waker();
  private readonly milestones = new Milestones(() => this.position);
  private position = -1;
  private stopping = false;
  private finished: Promise<void> | undefined;

  constructor(
    readonly partition: Partition,
    private readonly options: SubscribeOptions,
  ) {}

  async start(assignment: Assignment): Promise<void> {
    const assigned = this.assign(assignment);
    this.finished = assigned.then((handler) => handler && this.run(handler));
    await assigned;
  }

  reach(offset: number): Promise<void> {
    return this.milestones.reach(offset);
  }

  /** A partition that failed stays behind until its subscription ends. */
  lag(): ReaderLag {
    return this.partition.lagOf(this.position);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    if (!this.finished) this.milestones.end(this.stopped());
    await this.finished;
  }

  private async assign(assignment: Assignment): Promise<PartitionHandler | undefined> {
    try {
      return await this.options.onAssigned(assignment);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  private async run(handler: PartitionHandler): Promise<void> {
    const forget = this.partition.onMore(this.waker.wake);
    const breather = new Breather();
    this.position = handler.from;
    try {
      while (!this.stopping) {
        const records = this.partition.read(this.position);
        if (records.length === 0) {
          await this.waker.wait();
          continue;
        }
        await handler.handle(records);
        this.position += records.length;
        this.milestones.moved();
        await breather.breathe();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      forget();
    }
    this.milestones.end(this.stopped());
    try {
      await handler.close();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.stopping = true;
    this.milestones.end(this.stopped(error));
    this.options.onError(error, this.partition.number);
  }

  private stopped(cause?: unknown): Error {
    const { group, topic } = this.options;
    return readerStopped({ group, topic, partition: this.partition.number }, cause);
  }
}
