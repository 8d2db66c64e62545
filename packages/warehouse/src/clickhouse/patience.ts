import { setTimeout as sleep } from 'node:timers/promises';
import { isInterruption } from './failures.js';

export interface Patience {
  /** The longest waits between tries, ms; as many further tries. */
  waitsMs: readonly number[];
  /** Resolves after `ms`, or at once when the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<unknown>;
  /** 0 ≤ … < 1: writers that were cut off together do not come back together. */
  random(): number;
}

export const DEFAULT_PATIENCE: Patience = {
  waitsMs: [100, 400, 1_600],
  pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
  random: Math.random,
};

/**
 * Tries again what was interrupted: only for what may be done twice. It bridges a restart of the server without anybody
 * noticing; what lasts longer goes to the caller, who waits longer. Once `ended` is aborted nothing is tried again.
 */
export function patience(given: Partial<Patience>, ended: AbortSignal): <T>(work: () => Promise<T>) => Promise<T> {
  const { waitsMs, pause, random } = { ...DEFAULT_PATIENCE, ...given };
  return async (work) => {
    for (const waitMs of waitsMs) {
      try {
        return await work();
      } catch (thrown) {
        if (!isInterruption(thrown)) throw thrown;
        await pause(waitMs * (0.5 + random() / 2), ended);
        if (ended.aborted) throw thrown;
      }
    }
    return work();
  };
}
