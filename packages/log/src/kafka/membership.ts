import { randomUUID } from 'node:crypto';
import type { Consumer, ConsumerCrashEvent, Kafka } from 'kafkajs';
import { rendezvousAssigner } from './assigner.js';
import type { OnTrouble } from './connection.js';
import { type Generation, GroupCoordinator } from './coordinator.js';
import { orForbidden } from './forbidden.js';
import { describeFault } from './kafka-faults.js';

export interface GroupTimes {
  /** A member that is silent for this long is given up, ms. */
  sessionMs: number;
  heartbeatMs: number;
  /** A member that does not join again within this long is given up, ms. */
  rebalanceMs: number;
  /** Without a confirmed heartbeat for this long the consumer is replaced, ms. */
  stuckMs: number;
}

export const GROUP_TIMES: GroupTimes = { sessionMs: 6_000, heartbeatMs: 1_000, rebalanceMs: 10_000, stuckMs: 15_000 };

/** How long the consumer sleeps between two looks at its heartbeat. */
const TURN_MS = 250;
const LEAVE_WITHIN_MS = 15_000;

export interface MembershipOptions {
  client(): Kafka;
  /** The group's name in Kafka. */
  groupId: string;
  /** The topic's name in Kafka. */
  name: string;
  node: string;
  times?: Partial<GroupTimes>;
  /** `kept`: the member never was out since its last joining, so that no other can have had its partitions. */
  onJoined(partitions: readonly number[], kept: boolean): void;
  /** Out of the group; kafkajs or the watchdog joins again, unless an error is given. */
  onOut(error?: unknown): void;
  onTrouble: OnTrouble;
}

/**
 * A member of a group by kafkajs, which joins, keeps up the heartbeat, and nothing else: its partitions stay paused,
 * so that no record, no error of a handler and no offset of its own ever passes through it.
 */
export class Membership {
  private readonly times: GroupTimes;
  private readonly watchdog: NodeJS.Timeout;
  private consumer: Consumer | undefined;
  private coordinator: GroupCoordinator;
  private held: Generation | undefined;
  private startedMs = performance.now();
  private stopping = false;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly options: MembershipOptions) {
    this.times = { ...GROUP_TIMES, ...options.times };
    this.coordinator = new GroupCoordinator(options.groupId);
    this.watchdog = setInterval(() => this.replaceIfStuck(), this.times.heartbeatMs);
  }

  /** The generation whose assignment is in force. */
  get generation(): Generation | undefined {
    return this.held;
  }

  /** Monotonic ms. */
  get confirmedMs(): number {
    return this.coordinator.confirmedMs;
  }

  get sessionMs(): number {
    return this.times.sessionMs;
  }

  /** Within this time a group that is formed anew has told who holds what. */
  get verdictWithinMs(): number {
    return this.times.rebalanceMs + this.times.sessionMs;
  }

  heartbeat(generation: Generation): Promise<void> {
    return this.coordinator.heartbeat(generation);
  }

  commit(generation: Generation, partition: number, offset: number, metadata: string): Promise<void> {
    return this.coordinator.commit(generation, this.options.name, partition, offset, metadata);
  }

  /** Resolves once the generation in force is another than `generation`. */
  changed(generation: Generation): Promise<void> {
    if (this.held !== generation) return Promise.resolve();
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  /** Begins to join; returns when kafkajs has begun, joined or not. */
  async start(): Promise<void> {
    const { groupId, name, node } = this.options;
    const { sessionMs, heartbeatMs, rebalanceMs } = this.times;
    const coordinator = new GroupCoordinator(groupId);
    const consumer = this.options.client().consumer({
      groupId,
      sessionTimeout: sessionMs,
      heartbeatInterval: heartbeatMs,
      rebalanceTimeout: rebalanceMs,
      maxWaitTimeInMs: TURN_MS,
      allowAutoTopicCreation: false,
      metadataMaxAge: 60_000,
      partitionAssigners: [
        rendezvousAssigner({ node, joining: nextJoining() }, (cluster) => coordinator.watch(cluster)),
      ],
    });
    this.coordinator = coordinator;
    this.consumer = consumer;
    this.startedMs = performance.now();
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (this.consumer !== consumer) return;
      consumer.pause([{ topic: name }]);
      this.joined(payload.memberAssignment[name] ?? []);
    });
    consumer.on(consumer.events.CRASH, (event) => {
      if (this.consumer === consumer) this.crashed(event);
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [name], fromBeginning: true });
      // Never called: every partition is paused as soon as it is assigned.
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
    } catch (error) {
      await consumer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.watchdog);
    await this.leave();
  }

  private joined(partitions: readonly number[]): void {
    const before = this.held;
    const now = this.coordinator.joined;
    if (!now) return;
    this.change(now);
    this.options.onJoined(partitions, now.memberId === before?.memberId && now.id === before.id + 1);
    // Not before the partitions that are lost know it: nothing of the new generation confirms them.
    this.coordinator.inForce();
  }

  private crashed({ payload: { error, restart } }: ConsumerCrashEvent): void {
    if (this.stopping) return;
    const { groupId } = this.options;
    this.options.onTrouble('member-crashed', { group: groupId, restart, ...describeFault(error) });
    this.change(undefined);
    this.options.onOut(restart ? undefined : orForbidden({ right: 'Read', on: 'group', name: groupId }, error));
  }

  /** kafkajs is known to hang after rebalances and lost connections; a member that is not confirmed starts anew. */
  private replaceIfStuck(): void {
    const silentMs = performance.now() - Math.max(this.coordinator.confirmedMs, this.startedMs);
    if (this.stopping || silentMs < this.times.stuckMs) return;
    this.options.onTrouble('member-stuck', { group: this.options.groupId, silentMs: Math.round(silentMs) });
    this.startedMs = performance.now();
    this.change(undefined);
    this.options.onOut();
    void this.leave();
    this.start().catch((error: unknown) => {
      // The next turn of the watchdog tries again.
      this.options.onTrouble('member-not-started', { group: this.options.groupId, ...describeFault(error) });
    });
  }

  private change(generation: Generation | undefined): void {
    this.held = generation;
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private async leave(): Promise<void> {
    const { consumer } = this;
    this.consumer = undefined;
    if (!consumer) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), LEAVE_WITHIN_MS);
    });
    const left = consumer.disconnect().then(
      () => 'left',
      () => 'failed',
    );
    const how = await Promise.race([left, late]);
    clearTimeout(timer);
    if (how !== 'left') this.options.onTrouble('leave-failed', { group: this.options.groupId, how });
  }
}

let joinings = 0;

/** Later joinings of this machine sort behind earlier ones. */
function nextJoining(): string {
  joinings += 1;
  return `${String(Date.now()).padStart(15, '0')}-${String(joinings).padStart(9, '0')}-${randomUUID()}`;
}
