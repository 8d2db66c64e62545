import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putNode } from '../../scripts/lib/node-binary.mjs';
import { writeSums } from '../../scripts/lib/pack.mjs';
import { assembleTree, filesBelow } from '../../scripts/lib/product-tree.mjs';
import { enter, listen } from './sandbox.js';
import { fate, isLong, noSandbox, ROOT, run, withTools } from './tools.js';

const ELF_MACHINE = { x64: 0x3e, arm64: 0xb7 };
type Arch = keyof typeof ELF_MACHINE;

const suite = isLong
  ? withTools('npm run bundle', [noSandbox])
  : { title: 'npm run bundle [skipped: in npm run test:all]', skip: true };

describe.skipIf(suite.skip)(suite.title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bundle-'));
  const roots = { x64: '', arm64: '' };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    // The analysis engine is 178 MB to download: it is tried in the image.
    const few = ['--no-engine', '--arch', 'x64', '--out', folder];
    await run('npm', ['run', '--silent', 'bundle', '--', ...few], { cwd: ROOT });
    const unpacked = join(folder, 'x64');
    mkdirSync(unpacked);
    const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('linux-x64.tar.gz'));
    await run('tar', ['-xzf', join(folder, archive), '-C', unpacked]);
    roots.x64 = join(unpacked, readdirSync(unpacked)[0] ?? '');
    // What is packed for the other processor; packing itself takes longest, and is the same for both.
    roots.arm64 = join(folder, 'arm64');
    const both = { root: ROOT, parts: ['services', 'standalone'] as const, engine: false };
    await assembleTree({ ...both, dest: join(roots.arm64, 'app'), arch: 'arm64' });
    await putNode({ arch: 'arm64', dest: join(roots.arm64, 'node'), work: join(folder, 'work') });
  }, 300_000);

  test('without a network, beside no other Node, on folders that cannot be written to: a call at the door, an alert', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    const child = enter(['/srv/earshot/node/bin/node', '/srv/talk.mjs', '/srv/earshot/earshot', '/data'], {
      readable: { '/srv/earshot': roots.x64, '/srv/talk.mjs': join(ROOT, 'tests/deploy/talk.mjs') },
      writable: { '/data': data },
      env: { HOME: '/data/home-of-somebody', PATH: '/usr/bin:/bin' },
      cwd: '/data',
    });
    const { said, ended } = listen(child);
    const code = await ended;
    expect(said()).toContain('"acknowledged":200');
    expect(code).toBe(0);
    const report = JSON.parse(said().trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(report).toMatchObject({ uid: 10001, interfaces: ['lo'], canWriteBesideItself: false, ended: 0 });
    expect(report['node']).toMatch(/^v24\./);
    expect(report['alerts']).toBeGreaterThan(0);
  });

  test.each(['x64', 'arm64'] as const)(
    '%s: every native module and Node itself are for that processor',
    (arch: Arch) => {
      const native = filesBelow(roots[arch]).filter((path) => /\.node$|\.so(\.\d+)*$|^node\/bin\/node$/.test(path));
      expect(native.some((path) => path.includes(`lmdb-linux-${arch}`))).toBe(true);
      const wrong = native.filter((path) => machineOf(join(roots[arch], path)) !== ELF_MACHINE[arch]);
      expect(wrong).toEqual([]);
    },
  );

  test('put together again it is the same, file by file', async () => {
    const again = join(folder, 'again');
    await assembleTree({ root: ROOT, dest: again, parts: ['services', 'standalone'], engine: false, arch: 'x64' });
    await writeSums(again);
    const sums = (place: string) => readFileSync(join(place, 'SHA256SUMS'), 'utf8');
    expect(sums(roots.x64)).toContain(sums(again).replaceAll(/^(\w+) {2}/gm, '$1  app/'));
  });

  // The last one: it changes a file.
  test('each file is named with its digest, and a changed one is found', async () => {
    const check = () => fate('sha256sum', ['--check', '--quiet', '--strict', 'SHA256SUMS'], { cwd: roots.x64 });
    expect(await check()).toEqual({ code: 0, said: '' });
    const named = readFileSync(join(roots.x64, 'SHA256SUMS'), 'utf8').trim().split('\n');
    expect(named.map((line) => line.slice(66))).toEqual(filesBelow(roots.x64).filter((path) => path !== 'SHA256SUMS'));
    await run('sh', ['-c', 'echo changed >> app/delivered.json'], { cwd: roots.x64 });
    expect(await check()).toMatchObject({ code: 1, said: expect.stringContaining('app/delivered.json: FAILED') });
  });
});

/** What an ELF file says that it runs on. */
function machineOf(path: string): number {
  const head = readFileSync(path).subarray(0, 20);
  if (head.toString('latin1', 1, 4) !== 'ELF') throw new Error(`${path} is no ELF file`);
  return head.readUInt16LE(18);
}
