import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyticsOn, landed, openHouse, watchCommits } from './house.js';
import { LOG_TOPICS, PARTITIONS } from './topics.js';

/** Utterances said between the opening of the warehouse and the kill. */
const KILL_AFTER = [40, 95, 171];

let house: Awaited<ReturnType<typeof openHouse>>;
let program: string;
beforeAll(async () => {
  house = await openHouse();
  await house.log.close();
  program = join(house.root, 'child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./kill-child.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    banner: { js: "import { createRequire as need } from 'node:module'; const require = need(import.meta.url);" },
    plugins: [keepPlaces()],
  });
}, 60_000);
afterAll(() => house.close());

test('after kill -9 at any moment every utterance in the log is one row, and none was inserted twice', async () => {
  await (await house.openUnmerged('warehouse')).close();
  let next = 0;
  for (const said of KILL_AFTER) next = await runUntilKilled(next, said);
  expect((await house.dump('raw')).utterances?.length).toBeGreaterThan(0);

  const log = await openEmbeddedLog({ dir: join(house.root, 'log'), topics: LOG_TOPICS });
  const { log: watched, offsets } = watchCommits(log);
  const analytics = analyticsOn(watched, () => house.open());
  analytics.start();
  await landed(log, offsets);
  await analytics.stop();
  await log.close();

  const segments = (rows: unknown[] | undefined) =>
    (rows as { segment: string }[]).map((row) => Number(row.segment)).sort((a, b) => a - b);
  const everything = Array.from({ length: next }, (_, segment) => segment);
  expect(segments((await house.dump('raw')).utterances)).toEqual(everything);
  expect(segments((await house.dump('final')).utterances)).toEqual(everything);
}, 120_000);

/** Resolves to the first segment that is not in the log. */
async function runUntilKilled(first: number, killAfter: number): Promise<number> {
  const child = spawn(process.execPath, [program, house.root, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let on = false;
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    on ||= line === 'analysis on';
    if (on && ++said === killAfter) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  const log = await openEmbeddedLog({ dir: join(house.root, 'log'), topics: LOG_TOPICS });
  let held = 0;
  for (let partition = 0; partition < PARTITIONS; partition++)
    held += (await log.bounds('earshot.conversations.v1', partition)).next;
  await log.close();
  return held;
}

/** Files beside the sources are still found from the bundle, and the native store stays outside it. */
function keepPlaces(): Plugin {
  return {
    name: 'keep-places',
    setup(builder) {
      builder.onResolve({ filter: /^lmdb$/ }, ({ resolveDir }) => ({
        path: pathToFileURL(createRequire(join(resolveDir, 'x.js')).resolve('lmdb')).href,
        external: true,
      }));
      builder.onLoad({ filter: /warehouse\/src\/places\.ts$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replaceAll(
          'import.meta.url',
          JSON.stringify(pathToFileURL(path).href),
        ),
        loader: 'ts',
      }));
    },
  };
}
