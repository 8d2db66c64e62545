import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { bundleProgram } from '../../../scripts/lib/bundle-program.mjs';
import { PRODUCT_NODE_FLAGS } from '../../../scripts/lib/product-flags.mjs';
import { alertKey } from './load-plan.js';
import type { Running } from './load-step.js';
import type { Hit, PlainRule } from './plain.js';

const MAIN = fileURLToPath(new URL('../baseline/main.ts', import.meta.url));

/** The baseline with these rules under the same flags of Node as the product, its desks open. */
export async function runBaseline(
  dir: string,
  rules: readonly PlainRule[],
  desks: readonly string[],
  nodeFlags: string[],
): Promise<Running> {
  const { program, remove } = await bundleProgram(MAIN);
  const rulesFile = join(dir, 'rules.json');
  writeFileSync(rulesFile, JSON.stringify(rules));
  const child = spawn(process.execPath, [...PRODUCT_NODE_FLAGS, ...nodeFlags, program, join(dir, 'data'), rulesFile], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const sweep = () => child.kill('SIGKILL');
  process.once('exit', sweep);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    void ended.then(() => reject(new Error('the baseline ended before it was ready')));
  });

  const waiting = new Map<number, () => void>();
  let numbers = 0;
  const running: Running = {
    pid: child.pid ?? 0,
    onAlert: () => undefined,
    announce: async () => undefined,
    send: (words, epochMs) =>
      new Promise((resolve) => {
        const batch = words.map(({ desk, said }) => [
          numbers++,
          desk,
          { ...said, startMs: epochMs + said.startMs, endMs: epochMs + said.endMs },
        ]);
        waiting.set(numbers - 1, resolve);
        door.send(JSON.stringify(batch));
      }),
    async stop() {
      for (const socket of [door, ...pages]) socket.terminate();
      child.kill('SIGTERM');
      const timer = setTimeout(sweep, 5_000);
      await ended;
      clearTimeout(timer);
      process.off('exit', sweep);
      remove();
    },
  };
  const pages = await Promise.all(desks.map((desk) => open(`desk/${desk}`)));
  for (const page of pages)
    page.on('message', (data) => {
      const { conversation, rule, anchor } = JSON.parse(String(data)) as Hit & { conversation: string };
      running.onAlert(alertKey(conversation, rule, anchor), performance.now());
    });
  const door = await open('in');
  door.on('message', (data) => {
    const last = (JSON.parse(String(data)) as number[]).at(-1) ?? -1;
    waiting.get(last)?.();
    waiting.delete(last);
  });
  return running;

  function open(path: string): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${path}`, { perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket));
      socket.once('error', reject);
    });
  }
}
