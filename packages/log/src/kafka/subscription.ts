import type { ReaderLag, SubscribeOptions, Subscription } from '../port.js';
import { NO_LAG, worstLag } from '../reader-lag.js';
import type { OnTrouble } from './connection.js';
import { Fetcher, type FetcherOptions } from './fetcher.js';
import { HeldPartition, type Place } from './held-partition.js';
import { describeFault } from './kafka-faults.js';
import { type GroupTimes, Membership, type MembershipOptions } from './membership.js';
import { retrying } from './retrying.js';

export interface SubscriptionDeps {
  owner: string;
  node: string;
  /** Names in Kafka. */
  groupId: string;
  name: string;
  client: MembershipOptions['client'];
  fetching: FetcherOptions;
  times?: Partial<GroupTimes>;
  /** What the group committed and what the log holds, of each partition of the topic. */
  places(): Promise<Map<number, Place>>;
  /** Offset of the next record of each partition. */
  ends(): Promise<Map<number, number>>;
  onTrouble: OnTrouble;
  left(): void;
}

/** A member of a group on one topic, with the partitions that it has been given. */
export class KafkaSubscription implements Subscription {
  private readonly held = new Map<number, HeldPartition>();
  private readonly fetcher: Fetcher;
  private readonly membership: Membership;
  /** Handlers of lost partitions that still have something in hand. */
  private readonly finishing = new Map<number, Promise<void>>();
  private readonly leaving = new AbortController();
  private stopping: Promise<void> | undefined;
  private firstJoin: (() => void) | undefined;

  constructor(
    private readonly options: SubscribeOptions,
    private readonly deps: SubscriptionDeps,
  ) {
    const { groupId, name, node, times, onTrouble } = deps;
    this.fetcher = new Fetcher(deps.fetching);
    this.membership = new Membership({
      client: deps.client,
      groupId,
      name,
      node,
      ...(times && { times }),
      onJoined: (partitions, kept) => this.joined(partitions, kept),
      onOut: (error) => this.out(error),
      onTrouble,
    });
  }

  /** Resolves once every partition that the first joining gave has its handler. */
  async start(): Promise<void> {
    const joined = new Promise<void>((resolve) => {
      this.firstJoin = resolve;
    });
    const { signal } = this.leaving;
    await retrying(() => this.membership.start(), { signal, onFailure: (error) => this.trouble('join-failed', error) });
    await joined;
    await Promise.all([...this.held.values()].map((held) => held.whenReady()));
  }

  async caughtUp(): Promise<void> {
    const { signal } = this.leaving;
    const ends = await retrying(() => this.deps.ends(), {
      signal,
      onFailure: (error) => this.trouble('ends-unknown', error),
    });
    await Promise.all([...this.held.values()].map((held) => held.reach(ends.get(held.partition) ?? 0)));
  }

  lag(): ReaderLag {
    return this.stopping ? NO_LAG : worstLag([...this.held.values()].map((held) => held.lag()));
  }

  stop(): Promise<void> {
    this.stopping ??= this.leave();
    return this.stopping;
  }

  private async leave(): Promise<void> {
    this.leaving.abort();
    const all = [...this.held.values()];
    for (const held of all) held.leave();
    await Promise.all([...all.map((held) => held.whenFinished()), ...this.finishing.values()]);
    for (const held of all) held.lose();
    await Promise.all([this.membership.stop(), this.fetcher.close()]);
    this.firstJoin?.();
    this.deps.left();
  }

  private joined(partitions: readonly number[], kept: boolean): void {
    for (const partition of this.held.keys()) if (!kept || !partitions.includes(partition)) this.lose(partition);
    const fresh = partitions.filter((partition) => !this.held.has(partition));
    if (fresh.length > 0 && !this.stopping) this.acquire(fresh);
    this.firstJoin?.();
  }

  private acquire(partitions: readonly number[]): void {
    const { options, membership, fetcher } = this;
    const { owner, onTrouble } = this.deps;
    const fresh = partitions.map(
      (partition) => new HeldPartition(partition, { options, owner, membership, fetcher, onTrouble }),
    );
    for (const held of fresh) this.held.set(held.partition, held);
    // A partition that was lost meanwhile has its own end; only stopping ends the asking.
    const places = retrying(() => this.deps.places(), {
      signal: this.leaving.signal,
      onFailure: (error) => this.trouble('places-unknown', error),
    });
    for (const held of fresh) {
      const place = places.then(
        (found) => found.get(held.partition),
        (error: unknown) => {
          if (!this.leaving.signal.aborted) held.fail(error);
          return undefined;
        },
      );
      held.begin(place, this.finishing.get(held.partition) ?? Promise.resolve());
    }
  }

  private lose(partition: number): void {
    const held = this.held.get(partition);
    if (!held) return;
    this.held.delete(partition);
    held.lose();
    const finished = held.whenFinished().then(() => {
      if (this.finishing.get(partition) === finished) this.finishing.delete(partition);
    });
    this.finishing.set(partition, finished);
  }

  private out(error: unknown): void {
    const partitions = [...this.held.keys()];
    for (const partition of partitions) this.lose(partition);
    if (error === undefined) return;
    // Nobody joins again: the process has to end and be started anew.
    for (const partition of partitions.length > 0 ? partitions : [-1]) this.options.onError(error, partition);
    this.firstJoin?.();
  }

  private trouble(code: string, error: unknown): void {
    const { group, topic } = this.options;
    this.deps.onTrouble(code, { group, topic, ...describeFault(error) });
  }
}
