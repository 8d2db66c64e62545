import { logUnavailable, notOwner, offsetOutOfRange, readerStopped } from '../log-errors.js';
import type { Assignment, LogRecord, PartitionHandler, ReaderLag, SubscribeOptions } from '../port.js';
import { NO_LAG } from '../reader-lag.js';
import { Breather, Milestones, Waker } from '../reader-loop.js';
import type { OnTrouble } from './connection.js';
import type { Fetcher } from './fetcher.js';
import { describeFault, faultOf, hasMoved, isRefused } from './kafka-faults.js';
import type { Membership } from './membership.js';
import { RecordBuffer } from './record-buffer.js';
import { pause, pauseMs } from './retrying.js';

const SLOW_AFTER_MS = 15_000;
const REBALANCING = 'REBALANCE_IN_PROGRESS';

/** Where a partition stands when it is assigned. */
export interface Place {
  committed?: { offset: number; metadata: string };
  first: number;
  next: number;
}

export interface HeldDeps {
  options: SubscribeOptions;
  owner: string;
  membership: Membership;
  fetcher: Fetcher;
  onTrouble: OnTrouble;
}

/** One partition of this member from its assignment to its loss: its buffer, its handler, its commits. */
export class HeldPartition {
  private readonly waker = new Waker();
  private readonly milestones = new Milestones(() => this.position);
  private readonly leaving = new AbortController();
  private buffer: RecordBuffer | undefined;
  private position = -1;
  /** Monotonic time of the last confirmation while it was ours; set when it is lost. */
  private lostConfirmedMs: number | undefined;
  private commits: Promise<void> = Promise.resolve();
  private ready: Promise<void> = Promise.resolve();
  private finished: Promise<void> = Promise.resolve();

  constructor(
    readonly partition: number,
    private readonly deps: HeldDeps,
  ) {}

  /** `behind`: the handler that this member had for the partition before has finished. */
  begin(place: Promise<Place | undefined>, behind: Promise<void>): void {
    const handler = Promise.all([place, behind]).then(([found]) => this.assign(found));
    this.ready = handler.then(() => undefined);
    this.finished = handler.then((given) => given && this.run(given));
  }

  /** The handler is there, or there will be none. */
  whenReady(): Promise<void> {
    return this.ready;
  }

  whenFinished(): Promise<void> {
    return this.finished;
  }

  reach(offset: number): Promise<void> {
    return this.milestones.reach(offset);
  }

  lag(): ReaderLag {
    return this.leaving.signal.aborted ? NO_LAG : (this.buffer?.lag(this.position) ?? NO_LAG);
  }

  /** No further records; commits of what is in hand still count. */
  leave(): void {
    this.leaving.abort();
    this.waker.wake();
  }

  /** Another member has it, or will: from here on nothing is committed. */
  lose(): void {
    this.lostConfirmedMs ??= this.deps.membership.confirmedMs;
    this.leave();
  }

  fail(error: unknown): void {
    this.milestones.end(this.stopped(error));
    this.deps.options.onError(error, this.partition);
    this.leave();
  }

  private async assign(place: Place | undefined): Promise<{ handler: PartitionHandler; place: Place } | undefined> {
    if (!place || this.leaving.signal.aborted) {
      this.milestones.end(this.stopped());
      return undefined;
    }
    const { topic } = this.deps.options;
    const assignment: Assignment = {
      topic,
      partition: this.partition,
      owner: this.deps.owner,
      ...place,
      commit: (offset, metadata) => this.commit(offset, metadata),
      confirmMembership: () => this.confirm(),
      sinceConfirmedMs: () => performance.now() - (this.lostConfirmedMs ?? this.deps.membership.confirmedMs),
      leaving: this.leaving.signal,
    };
    try {
      return { handler: await this.deps.options.onAssigned(assignment), place };
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  private async run({ handler, place }: { handler: PartitionHandler; place: Place }): Promise<void> {
    const { fetcher } = this.deps;
    const buffer = new RecordBuffer(this.partition, handler.from, this.waker.wake, fetcher.wake);
    this.position = handler.from;
    this.buffer = buffer;
    try {
      if (!(handler.from >= place.first && handler.from <= place.next)) {
        const { topic } = this.deps.options;
        throw offsetOutOfRange({ topic, partition: this.partition, offset: handler.from, ...place });
      }
      this.milestones.moved();
      fetcher.add(buffer);
      await this.handOut(handler, buffer);
    } catch (error) {
      this.fail(error);
    } finally {
      fetcher.remove(buffer);
      buffer.end();
    }
    this.milestones.end(this.stopped());
    try {
      await handler.close();
    } catch (error) {
      this.deps.options.onError(error, this.partition);
    }
  }

  private async handOut(handler: PartitionHandler, buffer: RecordBuffer): Promise<void> {
    const breather = new Breather();
    while (!this.leaving.signal.aborted) {
      const chunk = buffer.shift();
      if (!chunk) {
        if (buffer.failure !== undefined) throw buffer.failure;
        await this.waker.wait();
        continue;
      }
      if (chunk.records.length > 0) await this.handle(handler, chunk.records);
      this.position = chunk.next;
      this.milestones.moved();
      await breather.breathe();
    }
  }

  private async handle(handler: PartitionHandler, records: readonly LogRecord[]): Promise<void> {
    const { topic } = this.deps.options;
    const detail = { topic, partition: this.partition, offset: records[0]?.offset };
    // It may wait for good reason, so it is not ended; but a partition that stands still must be seen.
    const timer = setInterval(() => this.deps.onTrouble('handler-slow', detail), SLOW_AFTER_MS);
    try {
      await handler.handle(records);
    } finally {
      clearInterval(timer);
    }
  }

  private commit(offset: number, metadata: string): Promise<void> {
    if (!Number.isSafeInteger(offset) || offset < 0) {
      return Promise.reject(new RangeError(`An offset to commit must be a whole number, not ${offset}.`));
    }
    const committed = this.commits.then(() => this.commitUnderOurGeneration(offset, metadata));
    this.commits = committed.catch(() => undefined);
    return committed;
  }

  private async commitUnderOurGeneration(offset: number, metadata: string): Promise<void> {
    const { membership, options } = this.deps;
    const { group, topic } = options;
    const lost = () => notOwner(group, topic, this.partition);
    for (let attempt = 0; ; attempt += 1) {
      const generation = this.lostConfirmedMs === undefined ? membership.generation : undefined;
      if (!generation) throw lost();
      try {
        return await membership.commit(generation, this.partition, offset, metadata);
      } catch (error) {
        if (isRefused(error)) throw error;
        this.deps.onTrouble('commit-failed', { topic, partition: this.partition, ...describeFault(error) });
        if (hasMoved(error) || faultOf(error) === REBALANCING) await this.verdict(generation);
        else if (this.sinceLongUnconfirmed()) throw logUnavailable({ topic, partition: this.partition }, error);
        else await pause(pauseMs(attempt));
      }
    }
  }

  private async confirm(): Promise<boolean> {
    const { membership } = this.deps;
    for (let attempt = 0; this.lostConfirmedMs === undefined; attempt += 1) {
      const { generation } = membership;
      if (!generation) return false;
      try {
        await membership.heartbeat(generation);
        return this.lostConfirmedMs === undefined;
      } catch (error) {
        // The coordinator waits for all members to join again: until then nobody else has the partition.
        if (faultOf(error) === REBALANCING) return this.lostConfirmedMs === undefined;
        if (hasMoved(error)) await this.verdict(generation);
        else if (this.sinceLongUnconfirmed()) return false;
        else await pause(pauseMs(attempt));
      }
    }
    return false;
  }

  /** The group is being formed anew: whether the partition stays here is known with the next generation. */
  private async verdict(generation: NonNullable<Membership['generation']>): Promise<void> {
    const { membership } = this.deps;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, membership.verdictWithinMs);
    });
    await Promise.race([membership.changed(generation), late]);
    clearTimeout(timer);
  }

  private sinceLongUnconfirmed(): boolean {
    const { confirmedMs, sessionMs } = this.deps.membership;
    return performance.now() - confirmedMs > sessionMs;
  }

  private stopped(cause?: unknown): Error {
    const { group, topic } = this.deps.options;
    return readerStopped({ group, topic, partition: this.partition }, cause);
  }
}
