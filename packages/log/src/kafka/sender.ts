import { headerBytes } from '../headers.js';
import { logClosed, logFull, logUnavailable } from '../log-errors.js';
import type { AppendEntry } from '../port.js';
import type { OnTrouble } from './connection.js';
import { describeFault, isRefused, refused } from './kafka-faults.js';
import { pauseMs } from './retrying.js';
import { type PendingEntry, SendChain } from './send-chain.js';

export interface SendPart {
  topic: string;
  partition: number;
  entries: readonly AppendEntry[];
}

export interface SendAnswer {
  topic: string;
  partition: number;
  baseOffset: number;
}

export interface SenderOptions {
  /** One request; rejects if it is not known to be durable as a whole. */
  send(parts: readonly SendPart[]): Promise<readonly SendAnswer[]>;
  /** The broker that leads a partition, as far as known: one request at a time to each. */
  laneOf(topic: string, partition: number): string;
  /** Bytes that may wait before `append` answers `log-full`. */
  maxPendingBytes: number;
  /** An entry that is not durable after this long is rejected (`log-unavailable`), with all behind it; absent: never. */
  giveUpAfterMs?: number;
  onTrouble: OnTrouble;
}

/**
 * One chain of requests per partition: at most one is in flight, and what is appended meanwhile goes together with
 * the next. No timer delays a first entry. Partitions of one broker share a request as long as all goes well.
 */
export class Sender {
  private readonly chains = new Map<string, SendChain>();
  private readonly busyLanes = new Set<string>();
  private readonly pauses = new Set<NodeJS.Timeout>();
  private pendingBytes = 0;
  private closing = false;
  private drained: (() => void) | undefined;

  constructor(private readonly options: SenderOptions) {}

  /** Resolves to the offsets in the order of the entries; every entry names its partition. */
  append(entries: readonly (AppendEntry & { partition: number })[]): Promise<number[]> {
    if (this.closing) return Promise.reject(logClosed());
    const sizes = entries.map(sizeOf);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const { maxPendingBytes } = this.options;
    if (this.pendingBytes > 0 && this.pendingBytes + bytes > maxPendingBytes) {
      return Promise.reject(logFull({ pendingBytes: this.pendingBytes, maxPendingBytes }));
    }
    this.pendingBytes += bytes;
    const sinceMs = performance.now();
    const offsets = entries.map(
      (entry, index) =>
        new Promise<number>((resolve, reject) => {
          this.chainOf(entry).add({ entry, bytes: sizes[index] ?? 0, sinceMs, resolve, reject });
        }),
    );
    this.pump();
    return Promise.all(offsets);
  }

  /** Waits until everything is durable, at most `withinMs`; what is not is rejected with `log-closed`. */
  async close(withinMs: number): Promise<void> {
    this.closing = true;
    if (this.pendingBytes > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.drained = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const timer of this.pauses) clearTimeout(timer);
    for (const chain of this.chains.values()) this.settled(chain.giveUp(logClosed()));
  }

  private pump(): void {
    const together = new Map<string, SendChain[]>();
    for (const chain of this.chains.values()) {
      if (!chain.ready) continue;
      if (chain.alone) {
        void this.request([chain]).then(() => this.pump());
        continue;
      }
      const lane = this.options.laneOf(chain.topic, chain.partition);
      if (!this.busyLanes.has(lane)) together.set(lane, [...(together.get(lane) ?? []), chain]);
    }
    for (const [lane, chains] of together) {
      this.busyLanes.add(lane);
      void this.request(chains).then(() => {
        this.busyLanes.delete(lane);
        this.pump();
      });
    }
  }

  private async request(chains: readonly SendChain[]): Promise<void> {
    const parts = chains.map((chain) => ({
      topic: chain.topic,
      partition: chain.partition,
      entries: chain.take().map(({ entry }) => entry),
    }));
    try {
      const answers = await this.options.send(parts);
      for (const chain of chains) {
        const answer = answers.find(({ topic, partition }) => topic === chain.topic && partition === chain.partition);
        if (answer) this.settled(chain.confirm(answer.baseOffset));
        else this.failed(chain, new Error('no answer for this partition'), false);
      }
    } catch (error) {
      for (const chain of chains) this.failed(chain, error, chains.length === 1);
    }
  }

  private failed(chain: SendChain, error: unknown, isItsOwn: boolean): void {
    const { topic, partition } = chain;
    this.options.onTrouble('send-failed', { topic, partition, failures: chain.failures, ...describeFault(error) });
    const { giveUpAfterMs = Number.POSITIVE_INFINITY } = this.options;
    if (isItsOwn && isRefused(error)) {
      this.settled(chain.refuse(refused(topic, error)));
      chain.alone = false;
      return;
    }
    if (performance.now() - chain.oldestMs() >= giveUpAfterMs) {
      this.settled(chain.giveUp(logUnavailable({ topic, partition }, error)));
      return;
    }
    chain.putBack();
    chain.pausing = true;
    const timer = setTimeout(
      () => {
        this.pauses.delete(timer);
        chain.pausing = false;
        this.pump();
      },
      pauseMs(chain.failures - 1),
    );
    this.pauses.add(timer);
  }

  private settled(entries: readonly PendingEntry[]): void {
    for (const { bytes } of entries) this.pendingBytes -= bytes;
    if (this.pendingBytes === 0) this.drained?.();
  }

  private chainOf({ topic, partition }: AppendEntry & { partition: number }): SendChain {
    const name = `${partition}/${topic}`;
    const chain = this.chains.get(name) ?? new SendChain(topic, partition);
    this.chains.set(name, chain);
    return chain;
  }
}

/** Every entry counts for something, so that an empty value cannot pile up for nothing. */
function sizeOf(entry: AppendEntry): number {
  return entry.value.byteLength + entry.key.length + headerBytes(entry) + 64;
}
