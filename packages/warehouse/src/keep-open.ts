import { setTimeout as sleep } from 'node:timers/promises';
import { EarshotError } from '@earshot/model';
import { type BackOff, backOffMs } from './back-off.js';
import type { Warehouse } from './port.js';

export interface KeepOpenOptions extends Partial<BackOff> {
  /** One cause that lasts is told once. */
  onFailure(thrown: unknown): void;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  pause?(ms: number, signal: AbortSignal): Promise<unknown>;
  random?(): number;
}

export interface KeptOpen {
  /** Absent until it could be opened. */
  warehouse(): Warehouse | undefined;
  /** Lets go of it, or stops trying. Idempotent. */
  close(): Promise<void>;
}

/** For those who only ask, in a process without analytics: returns at once and opens the warehouse behind it. */
export function keepOpen(open: () => Promise<Warehouse>, options: KeepOpenOptions): KeptOpen {
  const { onFailure, retryMs = 3_000, mostRetryMs = 30_000, random = Math.random, pause = wait } = options;
  const closing = new AbortController();
  let current: Warehouse | undefined;

  async function opened(): Promise<void> {
    let told = '';
    for (let failures = 1; !closing.signal.aborted; failures++) {
      try {
        current = await open();
        return;
      } catch (thrown) {
        const cause = thrown instanceof EarshotError ? thrown.code : String(thrown);
        if (cause !== told) onFailure(thrown);
        told = cause;
        await pause(backOffMs(failures, { retryMs, mostRetryMs }, random()), closing.signal);
      }
    }
  }

  const opening = opened();
  return {
    warehouse: () => (closing.signal.aborted ? undefined : current),
    async close() {
      closing.abort();
      await opening;
      await current?.close();
    },
  };
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
