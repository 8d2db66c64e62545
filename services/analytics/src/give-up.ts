import type { Clock } from './clock.js';

/**
 * Waits for `work`, and once `leaving` is aborted only `graceMs` longer. False: it was given up, and what becomes of it
 * concerns nobody any more; a failure that comes before that is thrown.
 */
export async function isThrough(
  work: Promise<void>,
  { leaving, graceMs, clock }: { leaving: AbortSignal; graceMs: number; clock: Clock },
): Promise<boolean> {
  const over = new AbortController();
  let leave = () => {};
  const late = new Promise<false>((resolve) => {
    leave = () => void clock.pause(graceMs, over.signal).then(() => resolve(false));
    if (leaving.aborted) leave();
    else leaving.addEventListener('abort', leave);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    over.abort();
    leaving.removeEventListener('abort', leave);
    work.catch(() => {});
  }
}
