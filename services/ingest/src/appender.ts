import type { AppendEntry, Log } from '@earshot/log';
import { EarshotError } from '@earshot/model';

/** The entry is durable. */
export interface Ack {
  partition: number;
  /** Absent: it stands in the spool of this door, and gets its place on the log once the log is back. */
  offset?: number;
}

/**
 * One append to the log at a time, each with everything that has come in since the last: what is handed in one after
 * the other lands in that order, and a slow log is asked seldom with much instead of often with little.
 */
export interface Appender {
  /** Resolves when the entry is durable. Rejects with what the log said, or `overloaded` when too many wait. */
  append(entry: AppendEntry): Promise<Ack>;
  /** Nothing more is handed in: resolves when everybody has been answered. Idempotent. */
  stop(): Promise<void>;
  /** Entries that are not durable yet. */
  waiting(): number;
}

export interface AppenderLimits {
  /** Entries of one call to the log. */
  batch: number;
  /** Entries that may wait, in all. */
  waiting: number;
}

interface Waiting {
  entry: AppendEntry;
  resolve(ack: Ack): void;
  reject(error: unknown): void;
}

export function createAppender(log: Log, limits: AppenderLimits): Appender {
  let queue: Waiting[] = [];
  let inHand = 0;
  let pump: Promise<void> | undefined;

  async function pumpAll(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, limits.batch);
      queue = queue.slice(limits.batch);
      inHand = batch.length;
      await write(batch);
      inHand = 0;
    }
    pump = undefined;
  }

  async function write(batch: Waiting[]): Promise<void> {
    try {
      const offsets = await log.append(batch.map(({ entry }) => entry));
      batch.forEach(({ entry, resolve }, index) => {
        const offset = offsets[index];
        if (offset === undefined) throw new EarshotError('internal', 'the log did not answer for every entry');
        resolve({ partition: log.partitionOf(entry.topic, entry.key), offset });
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    append(entry) {
      if (queue.length + inHand >= limits.waiting) {
        return Promise.reject(
          new EarshotError('overloaded', 'too much is waiting for the log; send again', { retry: true }),
        );
      }
      return new Promise<Ack>((resolve, reject) => {
        queue.push({ entry, resolve, reject });
        // Begun a turn later, so that what arrives together is written together.
        pump ??= Promise.resolve().then(pumpAll);
      });
    },
    async stop() {
      while (pump) await pump;
    },
    waiting: () => queue.length + inHand,
  };
}
