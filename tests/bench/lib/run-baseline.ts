import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildSideOptions, openSocket, startChildSide } from './child-side.js';
import { alertKey } from './load-plan.js';
import type { Running } from './load-step.js';
import type { Hit, PlainRule } from './plain.js';

const MAIN = fileURLToPath(new URL('../baseline/main.ts', import.meta.url));

/** The baseline with these rules under the same flags of Node as the product, its desks open. */
export async function runBaseline(
  dir: string,
  rules: readonly PlainRule[],
  desks: readonly string[],
  { nodeFlags = [], edit, more = [] }: Pick<ChildSideOptions, 'nodeFlags' | 'edit'> & { more?: string[] } = {},
): Promise<Running> {
  const rulesFile = join(dir, 'rules.json');
  writeFileSync(rulesFile, JSON.stringify(rules));
  const args = [join(dir, 'data'), rulesFile, ...more];
  const child = await startChildSide({ entry: MAIN, args, nodeFlags, ...(edit && { edit }) });

  const waiting = new Map<number, () => void>();
  let numbers = 0;
  const running: Running = {
    pids: [child.pid],
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
      await child.stop();
    },
  };
  const pages = await Promise.all(desks.map((desk) => openSocket(child.port, `desk/${desk}`)));
  for (const page of pages)
    page.on('message', (data) => {
      const { conversation, rule, anchor } = JSON.parse(String(data)) as Hit & { conversation: string };
      running.onAlert(alertKey(conversation, rule, anchor), performance.now());
    });
  const door = await openSocket(child.port, 'in');
  door.on('message', (data) => {
    const last = (JSON.parse(String(data)) as number[]).at(-1) ?? -1;
    waiting.get(last)?.();
    waiting.delete(last);
  });
  return running;
}
