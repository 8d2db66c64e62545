/** Time as hints see it; a manual one drives tests. */
export interface HintsClock {
  /** Epoch ms. */
  now(): number;
  /** Runs `run` each `ms`; returns the way to stop. */
  every(ms: number, run: () => void): () => void;
  /** Runs `run` once after `ms`; returns the way to call it off. */
  after(ms: number, run: () => void): () => void;
}

export function systemClock(): HintsClock {
  return {
    now: () => Date.now(),
    every(ms, run) {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
