import { EarshotError } from '@earshot/model';
import type { HintsClock } from './clock.js';

/** How the place answered last; several exchanges with one place share it. */
export interface Heard {
  shared: boolean;
  /** When it last answered, epoch ms. */
  answeredMs?: number;
}

export interface ExchangeOptions {
  clock: HintsClock;
  heard: Heard;
  everyMs: number;
  /** How long the place may take for an answer, ms. */
  deadlineMs: number;
  /** Asks once; false: there was nothing to ask. */
  ask(): Promise<boolean>;
  /** Lets go of a question that was not answered in time. */
  giveUp(): void;
  onTrouble(code: string): void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Asks now and then, one question at a time, each with a deadline. After a failure it leaves the place alone for a
 * second, and longer while it keeps failing: so a place that is away costs one question in five seconds.
 */
export function createExchange(options: ExchangeOptions): { stop(): void } {
  const { clock, heard, everyMs, deadlineMs, ask, giveUp, onTrouble } = options;
  let asking = false;
  let stopped = false;
  let pauseMs = FIRST_PAUSE_MS;
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  async function turn(): Promise<void> {
    if (asking || stopped || clock.now() < notBeforeMs) return;
    asking = true;
    try {
      if (!(await within(clock, deadlineMs, ask(), giveUp))) return;
      heard.shared = true;
      heard.answeredMs = clock.now();
      pauseMs = FIRST_PAUSE_MS;
    } catch (error) {
      heard.shared = false;
      notBeforeMs = clock.now() + pauseMs;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      if (!stopped) onTrouble(error instanceof EarshotError ? error.code : 'failed');
    } finally {
      asking = false;
    }
  }

  const cancel = clock.every(everyMs, () => void turn());
  return {
    stop() {
      stopped = true;
      cancel();
    },
  };
}

/** Rejects with `too-late` after `ms`; what comes later is nobody's. */
export function within<T>(clock: HintsClock, ms: number, work: Promise<T>, giveUp: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      reject(new EarshotError('too-late', 'no answer in time', { retry: true }));
      giveUp();
    });
    work.then(resolve, reject).finally(cancel);
  });
}
