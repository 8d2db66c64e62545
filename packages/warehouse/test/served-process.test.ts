import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClickhouseWarehouse } from '../src/clickhouse/index.js';
import { ENGINE_DIR } from '../src/places.js';
import { inserted, letters, password, USER, withoutMerges } from './support/served.js';

describe('the server as a process of its own', () => {
  let root: string;
  let program: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'earshot-served-'));
    program = join(root, 'serve.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('../src/testing/serve.ts', import.meta.url))],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['source'],
      external: ['testcontainers'],
      banner: { js: "import { createRequire as need } from 'node:module'; const require = need(import.meta.url);" },
    });
  }, 30_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(root, { recursive: true, force: true });
  });

  async function start(dir: string, port = 0) {
    const env = { ...process.env, EARSHOT_CLICKHOUSE_USER: USER, EARSHOT_CLICKHOUSE_PASSWORD: password.reveal() };
    const args = [program, '--dir', dir, '--port', String(port), '--engine-dir', ENGINE_DIR];
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    return { child, url: String(value) };
  }

  test('killed in the middle of inserts and started again it has every row once', async () => {
    const dir = join(root, 'killed');
    let { child, url } = await start(dir);
    const port = Number(new URL(url).port);
    const warehouse = await openClickhouseWarehouse({ url, user: USER, password, patience: { waitsMs: [] } });
    await withoutMerges(warehouse);
    const batch = (n: number) => warehouse.insert('dead_letters', letters(`batch-${n}`, 200), { token: `batch|${n}` });
    let interrupted = 0;
    for (let kill = 0; kill < 4; kill++) {
      const numbers = Array.from({ length: 8 }, (_, n) => 8 * kill + n);
      const under = numbers.map((n) => batch(n).catch(() => (interrupted += 1)));
      // A different moment each time: after none, some or most of them are through.
      await Promise.race([Promise.all(under), ...(kill === 0 ? [undefined] : [under[2 * kill - 1]])]);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await Promise.all(under);
      ({ child, url } = await start(dir, port));
      for (const n of numbers) await batch(n);
    }
    expect(interrupted).toBeGreaterThan(0);
    for (let n = 0; n < 32; n++)
      expect([n, await inserted(warehouse, `batch-${n}`)]).toEqual([n, { rows: 200, parts: 1 }]);
    await warehouse.close();
  }, 60_000);

  test('ends in order, and says what it lacks', async () => {
    const { child } = await start(join(root, 'ended'));
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const bare = spawn(process.execPath, [program], { env: {}, stdio: 'ignore' });
    expect(await once(bare, 'exit')).toEqual([2, null]);
  }, 30_000);
});
