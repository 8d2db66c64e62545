import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openChdbWarehouse } from '../src/chdb/index.js';
import { ENGINE_DIR } from '../src/places.js';

describe('the embedded engine and its processes', () => {
  let root: string;
  let program: string;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'earshot-processes-'));
    program = join(root, 'child.mjs');
    const banner = "import { createRequire as need } from 'node:module'; const require = need(import.meta.url);";
    await build({
      entryPoints: [fileURLToPath(new URL('./child.ts', import.meta.url))],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['source'],
      banner: { js: banner },
    });
  }, 30_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(root, { recursive: true, force: true });
  });

  test('missing is coded and can be tried again: once installed it opens in the same process', async () => {
    const engineDir = join(root, 'engine');
    await mkdir(engineDir);
    const open = () => openChdbWarehouse({ dir: join(root, 'late'), engineDir });
    const missing = { code: 'engine-missing', retry: true };
    await expect(open()).rejects.toMatchObject(missing);
    await writeFile(join(engineDir, 'package.json'), '{}');
    await mkdir(join(engineDir, 'node_modules'));
    await expect(open()).rejects.toMatchObject(missing);
    await symlink(join(ENGINE_DIR, 'node_modules', 'chdb'), join(engineDir, 'node_modules', 'chdb'));
    const warehouse = await open();
    expect(await warehouse.query({ name: 'one', sql: 'SELECT 1 AS a', params: {} })).toEqual([{ a: 1 }]);
    await warehouse.close();
  }, 30_000);

  test('a folder that another process holds is coded, and free as soon as that process is dead', async () => {
    const dir = join(root, 'held');
    const { child, lines } = start(dir, 'hold');
    expect(await next(lines)).toBe('open');
    await expect(openChdbWarehouse({ dir })).rejects.toMatchObject({ code: 'warehouse-in-use', retry: true });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const warehouse = await openChdbWarehouse({ dir });
    expect(await next(start(dir, 'hold').lines)).toBe('error warehouse-in-use');
    await warehouse.close();
  }, 30_000);

  test('one process holds one folder at a time', async () => {
    const warehouse = await openChdbWarehouse({ dir: join(root, 'first') });
    const second = openChdbWarehouse({ dir: join(root, 'second') });
    await expect(second).rejects.toMatchObject({ code: 'warehouse-in-use' });
    await warehouse.close();
    await (await openChdbWarehouse({ dir: join(root, 'second') })).close();
  }, 30_000);

  test('what was acknowledged survives kill -9', async () => {
    const dir = join(root, 'killed');
    const first = await openChdbWarehouse({ dir });
    await first.migrate();
    await first.close();
    const { child, lines } = start(dir, 'insert');
    let acknowledged = -1;
    for (let line = await next(lines); acknowledged < 40; line = await next(lines)) {
      acknowledged = Number(/^ack (\d+)$/.exec(line)?.[1] ?? acknowledged);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    const warehouse = await openChdbWarehouse({ dir });
    const sql =
      "SELECT count() AS n FROM earshot.dead_letters WHERE tenant = 'child' AND toUInt32(id) <= {last:UInt32}";
    expect(await warehouse.query({ name: 'kept', sql, params: { last: acknowledged } })).toEqual([
      { n: String(acknowledged + 1) },
    ]);
    await warehouse.close();
  }, 30_000);

  function start(dir: string, mode: string) {
    const child = spawn(process.execPath, [program, dir, ENGINE_DIR, mode], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  }

  async function next(lines: AsyncIterator<string>): Promise<string> {
    const { value } = await lines.next();
    return value ?? '';
  }
});
