import { setTimeout } from 'node:timers/promises';
import type { Subscription } from '@earshot/log';

/**
 * Resolves once these readers have handled what was left of before and what has come meanwhile, or after `mostMs`: a
 * partition that cannot be judged keeps nobody from looking at the rest.
 */
export async function judgedFirst(readers: readonly Pick<Subscription, 'caughtUp'>[], mostMs = 10_000): Promise<void> {
  const over = new AbortController();
  const tooLong = setTimeout(mostMs, undefined, { ref: false, signal: over.signal }).catch(() => undefined);
  const caughtUp = () => Promise.all(readers.map((one) => one.caughtUp()));
  try {
    // Whoever stops has told so elsewhere.
    await Promise.race([
      caughtUp()
        .then(caughtUp)
        .catch(() => undefined),
      tooLong,
    ]);
  } finally {
    over.abort();
  }
}
