import { connect } from 'node:net';

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

/** Resolves once somebody listens at `host:port`; rejects if nobody does in time. */
export async function untilListening(address: string, ms: number): Promise<void> {
  const deadlineMs = performance.now() + ms;
  while (!(await listens(address))) {
    if (performance.now() > deadlineMs) throw new Error(`nobody listens at ${address}`);
    await pause(20);
  }
}

function listens(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const say = (yes: boolean) => () => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', say(true)).once('error', say(false));
  });
}
