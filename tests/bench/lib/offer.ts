/** Does the n-th piece of work. */
export type Work = (n: number) => Promise<unknown>;

export interface Offered {
  done: number;
  failed: number;
  /** From when each piece was due to when it was done, ms, in no order. */
  waitsMs: number[];
  seconds: number;
}

const TICK_MS = 1;

/** Work that falls due at a rate, whether or not what came before is done; resolves when all of it is. */
export async function offer(work: Work, ratePerSecond: number, seconds: number): Promise<Offered> {
  const count = Math.round(ratePerSecond * seconds);
  const waitsMs: number[] = [];
  const pending: Promise<void>[] = [];
  let failed = 0;
  const beganMs = performance.now();
  const begin = (n: number) => {
    const dueMs = beganMs + (n / ratePerSecond) * 1_000;
    const done = () => void waitsMs.push(performance.now() - dueMs);
    const notDone = () => {
      failed += 1;
    };
    pending.push(work(n).then(done, notDone));
  };
  for (let n = 0; n < count; ) {
    for (const due = ((performance.now() - beganMs) * ratePerSecond) / 1_000; n < count && n <= due; n++) begin(n);
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(pending);
  return { done: waitsMs.length, failed, waitsMs, seconds: (performance.now() - beganMs) / 1_000 };
}

/** As much as goes with this many pieces under way at any time; pieces a second. */
export async function sustain(work: Work, width: number, seconds: number): Promise<number> {
  const beganMs = performance.now();
  const endMs = beganMs + seconds * 1_000;
  let begun = 0;
  let done = 0;
  const worker = async () => {
    while (performance.now() < endMs) {
      await work(begun++);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return done / ((performance.now() - beganMs) / 1_000);
}

/** The value that this share of them does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
