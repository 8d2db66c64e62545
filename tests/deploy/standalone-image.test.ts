import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putNode } from '../../scripts/lib/node-binary.mjs';
import { PRODUCT_NODE_FLAGS } from '../../scripts/lib/product-flags.mjs';
import { hasEngine } from '../../scripts/lib/product-tree.mjs';
import { enter, listen } from './sandbox.js';
import { isLong, noSandbox, ROOT, run, withTools } from './tools.js';

const ARCH = process.arch === 'arm64' ? 'arm64' : 'x64';
const PROGRAM = 'services/standalone/dist/main.js';

const noEngine = hasEngine(ARCH) ? undefined : `analysis engine for ${ARCH}`;
const suite = isLong
  ? withTools('standalone image', [noSandbox, noEngine])
  : { title: 'standalone image [skipped: in npm run test:all]', skip: true };

describe.skipIf(suite.skip)(suite.title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-standalone-'));
  const tree = join(folder, 'tree');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    await run(process.execPath, [join(ROOT, 'scripts/image-tree.mjs'), 'standalone', tree], { cwd: ROOT });
    await putNode({ arch: ARCH, dest: join(folder, 'node'), work: folder });
  }, 300_000);

  test('on a root that cannot be written to, without a network: an alert, and its words in the analysis engine', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    const start = ['--analysis', '--', 'node', ...PRODUCT_NODE_FLAGS, PROGRAM];
    const child = enter(['node', '/srv/talk.mjs', '/opt/earshot/earshot', '/data', ...start], {
      readable: {
        '/opt/earshot': tree,
        '/usr/local/bin/node': join(folder, 'node/bin/node'),
        '/srv/talk.mjs': join(ROOT, 'tests/deploy/talk.mjs'),
      },
      writable: { '/data': data },
      env: { NODE_ENV: 'production', EARSHOT_DATA_DIR: '/data' },
      cwd: '/opt/earshot',
    });
    const { said, ended } = listen(child);
    const code = await ended;
    expect(said()).toContain('"acknowledged":200');
    expect(code).toBe(0);
    const report = JSON.parse(said().trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(report).toMatchObject({ uid: 10001, interfaces: ['lo'], canWriteBesideItself: false, ended: 0 });
    expect(report['rows']).toMatch(/"n":\s*"?1"?/);
  }, 120_000);
});
