import type { Cluster } from 'kafkajs';
import { Waker } from '../reader-loop.js';
import type { ClusterLink, OnTrouble } from './connection.js';
import { type Fetched, fetchRecords } from './fetch-records.js';
import { forbidden, isForbidden } from './forbidden.js';
import { describeFault, hasLeaderMoved, outOfRangePartition } from './kafka-faults.js';
import type { RecordBuffer } from './record-buffer.js';
import { pause, pauseMs } from './retrying.js';

/** A broker answers as soon as it has something; what begins to be wanted meanwhile waits for the answer. */
const MAX_WAIT_MS = 250;
const STALLED_AFTER_MS = 15_000;
const NO_LEADER = '-1';

export interface FetcherOptions {
  topic: string;
  /** The topic's name in Kafka. */
  name: string;
  open(): Promise<ClusterLink>;
  /** The log no longer holds, or does not hold yet, what a partition was asked for. */
  outOfRange(partition: number, offset: number): Promise<Error>;
  onFetched(fetched: Fetched): void;
  onTrouble: OnTrouble;
  /** Wanted, but no answer for this long: the connections are made anew, ms. */
  stalledAfterMs?: number;
}

/**
 * Reads partitions of one topic into their buffers, one request at a time to each broker, for as long as it takes:
 * brokers may go and come back. Nothing waits for a partition whose buffer is full.
 */
export class Fetcher {
  private readonly buffers = new Map<number, RecordBuffer>();
  private readonly waker = new Waker();
  private readonly closing = new AbortController();
  private readonly watchdog: NodeJS.Timeout;
  private broken: unknown;
  private answeredMs = performance.now();
  /** A right that is taken away and given back while we run costs waiting; one that was never there ends the start. */
  private everAnswered = false;
  private running: Promise<void> | undefined;

  constructor(private readonly options: FetcherOptions) {
    const { stalledAfterMs = STALLED_AFTER_MS } = options;
    this.watchdog = setInterval(() => {
      if (!this.anythingWanted()) this.answeredMs = performance.now();
      else if (performance.now() - this.answeredMs > stalledAfterMs) this.break(new Error('no answer to any fetch'));
    }, stalledAfterMs / 8);
  }

  add(buffer: RecordBuffer): void {
    this.buffers.set(buffer.partition, buffer);
    this.running ??= this.run();
    this.wake();
  }

  remove(buffer: RecordBuffer): void {
    if (this.buffers.get(buffer.partition) === buffer) this.buffers.delete(buffer.partition);
  }

  wake = (): void => this.waker.wake();

  async close(): Promise<void> {
    clearInterval(this.watchdog);
    this.closing.abort();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.closing.signal.aborted; ) {
      let link: ClusterLink | undefined;
      try {
        link = await this.options.open();
        await link.cluster.addTargetTopic(this.options.name);
        this.broken = undefined;
        this.answeredMs = performance.now();
        await this.serve(link.cluster, () => {
          failures = 0;
        });
      } catch (error) {
        const { topic } = this.options;
        if (!this.closing.signal.aborted) this.options.onTrouble('fetch-failed', { topic, ...describeFault(error) });
        if (isForbidden(error) && !this.everAnswered) this.failAll(error);
        await pause(pauseMs(failures), this.closing.signal);
        failures += 1;
      } finally {
        // A connection that hangs lets go only after its request timed out; the next one need not wait for that.
        const closed = link?.close().catch(() => undefined);
        if (this.closing.signal.aborted) await closed;
      }
    }
  }

  private async serve(cluster: Cluster, onAnswer: () => void): Promise<void> {
    const polls = new Map<string, Promise<void>>();
    while (!this.closing.signal.aborted) {
      // Partitions that begin together are asked for together.
      await new Promise((resolve) => setImmediate(resolve));
      for (const [nodeId, wanted] of this.wantedByLeader(cluster)) {
        if (polls.has(nodeId)) continue;
        const poll = this.poll(cluster, nodeId, wanted).then(onAnswer, (error: unknown) => this.break(error));
        polls.set(
          nodeId,
          poll.finally(() => {
            polls.delete(nodeId);
            this.wake();
          }),
        );
      }
      await this.waker.wait();
      if (this.broken !== undefined) throw this.broken;
    }
  }

  private async poll(cluster: Cluster, nodeId: string, wanted: ReadonlyMap<number, number>): Promise<void> {
    const { topic, name } = this.options;
    if (nodeId === NO_LEADER) return this.lookAgain(cluster, new Error('a partition has no leader'));
    try {
      const fetched = await fetchRecords(cluster, { topic, name, nodeId, wanted, maxWaitMs: MAX_WAIT_MS });
      this.everAnswered = true;
      for (const each of fetched) {
        this.options.onFetched(each);
        this.buffers.get(each.partition)?.take(each);
      }
    } catch (error) {
      const partition = outOfRangePartition(error);
      if (partition !== undefined) await this.tellOutOfRange(partition, wanted.get(partition));
      else if (hasLeaderMoved(error)) await this.lookAgain(cluster, error);
      else throw error;
    }
    this.answeredMs = performance.now();
  }

  private async tellOutOfRange(partition: number, offset: number | undefined): Promise<void> {
    const buffer = this.buffers.get(partition);
    if (!buffer || offset === undefined || buffer.wanted() !== offset) return;
    buffer.fail(await this.options.outOfRange(partition, offset));
  }

  private failAll(error: unknown): void {
    const reason = forbidden({ right: 'Read', on: 'topic', name: this.options.name }, error);
    for (const buffer of this.buffers.values()) buffer.fail(reason);
  }

  private async lookAgain(cluster: Cluster, error: unknown): Promise<void> {
    this.options.onTrouble('leader-moved', { topic: this.options.topic, ...describeFault(error) });
    await pause(pauseMs(0), this.closing.signal);
    await cluster.refreshMetadata();
  }

  private wantedByLeader(cluster: Cluster): Map<string, Map<number, number>> {
    const byLeader = new Map<string, Map<number, number>>();
    const wanting = [...this.buffers.values()].flatMap((buffer) => {
      const offset = buffer.wanted();
      return offset === undefined ? [] : [{ partition: buffer.partition, offset }];
    });
    const partitions = wanting.map(({ partition }) => partition);
    for (const [nodeId, led] of Object.entries(cluster.findLeaderForPartitions(this.options.name, partitions))) {
      const own = wanting.filter(({ partition }) => led.includes(partition));
      byLeader.set(nodeId, new Map(own.map(({ partition, offset }) => [partition, offset])));
    }
    return byLeader;
  }

  private anythingWanted(): boolean {
    return [...this.buffers.values()].some((buffer) => buffer.wanted() !== undefined);
  }

  private break(error: unknown): void {
    this.broken ??= error ?? new Error('fetching ended');
    this.wake();
  }
}
