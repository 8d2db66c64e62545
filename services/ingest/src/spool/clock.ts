/** Time as the spool sees it; a manual one drives the tests. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Runs `run` once after `ms`; returns the way to call it off. */
  after(ms: number, run: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
