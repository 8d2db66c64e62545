import { coded } from '@earshot/kit';
import { type AppendEntry, isAboutTheRecord, type Log } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import type { Ack, Appender } from './appender.js';

/** Nothing more is brought in here: whoever comes next begins where we stopped. */
export const STOPPING = 'stopping';

export interface PatientOptions {
  /** Entries of one call to the log. */
  batch: number;
  /** Aborted: nothing more is asked of the log. */
  leaving: AbortSignal;
  /** What is not durable so long after that is rejected with `stopping`, though it may still turn up, ms. */
  graceMs: number;
  /** What the log said no with, before it is asked again. */
  onTrouble(code: string): void;
  /** Resolves when it is time to ask again; early when `leaving`. */
  pause(attempt: number, leaving: AbortSignal): Promise<void>;
}

interface Waiting {
  entry: AppendEntry;
  resolve(ack: Ack): void;
  reject(error: unknown): void;
}

/**
 * For a source that is durable itself and can wait: an append that fails is made again, before everything behind it, for
 * as long as it takes. Only an entry that the log will never take is rejected, alone.
 */
export function createPatientAppender(log: Pick<Log, 'append' | 'partitionOf'>, options: PatientOptions): Appender {
  const { leaving, onTrouble } = options;
  const queue: Waiting[] = [];
  let inHand = 0;
  let pump: Promise<void> | undefined;

  async function pumpAll(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, options.batch);
      inHand = batch.length;
      await write(batch);
      inHand = 0;
    }
    pump = undefined;
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    for (let attempt = 0; !leaving.aborted; attempt++) {
      try {
        const offsets = await unlessLeft(log.append(batch.map(({ entry }) => entry)));
        batch.forEach(({ entry, resolve }, index) => {
          resolve({ partition: log.partitionOf(entry.topic, entry.key), offset: offsets[index] ?? -1 });
        });
        return;
      } catch (error) {
        if (isAboutTheRecord(error)) return apart(batch, error);
        if (leaving.aborted) break;
        onTrouble(coded(error).code);
        await options.pause(attempt, leaving);
      }
    }
    for (const { reject } of batch) reject(stopping());
  }

  /** What hangs must not hold up who leaves. */
  async function unlessLeft<T>(work: Promise<T>): Promise<T> {
    let leave = () => {};
    let timer: NodeJS.Timeout | undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => {
        timer = setTimeout(() => reject(stopping()), options.graceMs);
      };
    });
    leaving.addEventListener('abort', leave);
    try {
      return await Promise.race([work, left]);
    } finally {
      leaving.removeEventListener('abort', leave);
      clearTimeout(timer);
    }
  }

  /** One of them will never be taken, and it is not said which; those that were taken are repeated, which is harmless. */
  async function apart(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length === 1) return batch[0]?.reject(error);
    for (const one of batch) await write([one]);
  }

  return {
    append: (entry) =>
      new Promise<Ack>((resolve, reject) => {
        queue.push({ entry, resolve, reject });
        // Begun a turn later, so that what is handed in together is written together.
        pump ??= Promise.resolve().then(pumpAll);
      }),
    async stop() {
      while (pump) await pump;
    },
    waiting: () => queue.length + inHand,
  };
}

function stopping(): EarshotError {
  return new EarshotError(STOPPING, 'this partition is no longer read here', { retry: true });
}
