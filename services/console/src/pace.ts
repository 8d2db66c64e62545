import { setTimeout as pause } from 'node:timers/promises';

/** Then whoever still has to catch up takes what it needs. */
const LONGEST_MS = 10_000;
/** Parts of rest to one of work. */
const REST = 2;

/** Leaves most of the thread to others for as long as a reader is catching up. */
export interface Pace {
  /** Resolves when the reader may go on after having worked so long. */
  rest(workedMs: number): Promise<void>;
  /** It has caught up. */
  end(): void;
}

export function createPace(): Pace {
  const untilMs = performance.now() + LONGEST_MS;
  let over = false;
  return {
    async rest(workedMs) {
      if (!over && workedMs >= 1 && performance.now() < untilMs) await pause(REST * workedMs);
    },
    end() {
      over = true;
    },
  };
}
