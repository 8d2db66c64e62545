import { setTimeout as sleep } from 'node:timers/promises';
import { isInterruption } from './failures.js';

export interface Patience {
  /** The longest waits between tries, ms; as many further tries. */
  waitsMs: readonly number[];
  pause(ms: number): Promise<unknown>;
  /** 0 ≤ … < 1: writers that were cut off together do not come back together. */
  random(): number;
}

export const DEFAULT_PATIENCE: Patience = { waitsMs: [100, 400, 1_600], pause: (ms) => sleep(ms), random: Math.random };

/**
 * Tries again what was interrupted: only for what may be done twice. It bridges a restart of the server without anybody
 * noticing; what lasts longer goes to the caller, who waits longer.
 */
export function patience(given: Partial<Patience> = {}): <T>(work: () => Promise<T>) => Promise<T> {
  const { waitsMs, pause, random } = { ...DEFAULT_PATIENCE, ...given };
  return async (work) => {
    for (const waitMs of waitsMs) {
      try {
        return await work();
      } catch (thrown) {
        if (!isInterruption(thrown)) throw thrown;
        await pause(waitMs * (0.5 + random() / 2));
      }
    }
    return work();
  };
}
