export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** Goes on after the deadline all the same: what did not happen shows in the counts. */
export async function until(happened: () => boolean, ms: number): Promise<void> {
  const deadlineMs = performance.now() + ms;
  while (!happened() && performance.now() < deadlineMs) await pause(20);
}

/** Rejects after the deadline. */
export async function within<T>(promise: Promise<T>, ms: number, why: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(why())), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
