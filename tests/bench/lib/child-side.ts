import { spawn } from 'node:child_process';
import { WebSocket } from 'ws';
import { bundleProgram } from '../../../scripts/lib/bundle-program.mjs';
import { PRODUCT_NODE_FLAGS } from '../../../scripts/lib/product-flags.mjs';

/** A program that a side is made of, in a process of its own. */
export interface ChildSide {
  pid: number;
  /** What it listens on; 0: it says that it has none. */
  port: number;
  /** SIGTERM, and after five seconds by force. */
  stop(): Promise<void>;
}

export interface ChildSideOptions {
  entry: string;
  args: readonly string[];
  nodeFlags?: readonly string[];
  /** What is exchanged in its sources. */
  edit?: (path: string, contents: string) => string;
}

/** Under the flags of Node that the product has; resolves when it says `{ port }`. */
export async function startChildSide({ entry, args, nodeFlags = [], edit }: ChildSideOptions): Promise<ChildSide> {
  const { program, remove } = await bundleProgram(entry, edit && { edit });
  const child = spawn(process.execPath, [...PRODUCT_NODE_FLAGS, ...nodeFlags, program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const sweep = () => child.kill('SIGKILL');
  process.once('exit', sweep);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    void ended.then(() => reject(new Error(`${entry} ended before it was ready`)));
  });
  return {
    pid: child.pid ?? 0,
    port,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(sweep, 5_000);
      await ended;
      clearTimeout(timer);
      process.off('exit', sweep);
      remove();
    },
  };
}

export function openSocket(port: number, path: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${path}`, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}
