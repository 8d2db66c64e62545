import { EarshotError } from '@earshot/model';
import { isRefused } from './kafka-faults.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

export function pauseMs(attempt: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
}

/** Resolves after `ms`, or at once when the signal is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal?.addEventListener('abort', over);
  });
}

export interface RetryOptions {
  /** Ends the trying; the last error is thrown. */
  signal?: AbortSignal;
  /** No further try after this long, ms. */
  withinMs?: number;
  onFailure?(error: unknown): void;
}

/** Tries until it works; what a broker refused for good, or we do, is thrown at once. */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { signal, withinMs = Number.POSITIVE_INFINITY, onFailure } = options;
  const startedMs = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      onFailure?.(error);
      const late = performance.now() - startedMs + pauseMs(attempt) > withinMs;
      const final = isRefused(error) || (error instanceof EarshotError && !error.retry);
      if (final || signal?.aborted || late) throw error;
      await pause(pauseMs(attempt), signal);
    }
  }
}
