import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createScope } from '@earshot/kit';
import { build } from 'esbuild';
import { afterEach, expect, test } from 'vitest';
import { until } from '../../../tests/support/until.js';
import { finding, openHouse, route } from './support/house.js';
import { startReceiver } from './support/receiver.js';

const scope = createScope();
afterEach(() => scope.close());

/** Beside the log's own libraries, so that LMDB resolves. */
async function bundle(): Promise<string> {
  const modules = fileURLToPath(new URL('../../../packages/log/node_modules', import.meta.url));
  mkdirSync(modules, { recursive: true });
  const folder = mkdtempSync(join(modules, '.child-'));
  scope.defer('program', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./kill-child.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    external: ['lmdb'],
    banner: { js: "import { createRequire as need } from 'node:module'; const require = need(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}

test('killed between due and sent: it is sent after the restart, under the same name', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-alert-'));
  scope.defer('folder', () => rmSync(dir, { recursive: true, force: true }));
  const crm = await startReceiver(scope, (index) => (index === 0 ? 'hang' : { status: 204 }));
  const child = spawn(process.execPath, [await bundle(), dir, crm.url], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await until(() => crm.received.length === 1, 'the first attempt', 30_000);
  child.kill('SIGKILL');
  expect((await ended)[1]).toBe('SIGKILL');

  const house = await openHouse({ dir, routes: [route('crm', crm.url)] }, scope);
  scope.use('deliveries', await house.startDeliveries());
  const alertId = finding('c1').id;
  const sent = await until(async () => {
    const one = (await house.alerts()).get(alertId)?.deliveries?.[0];
    return one?.status === 'sent' && one;
  }, 'the delivery after the restart');
  expect(sent).toMatchObject({ operation: 'raised' });
  expect(crm.received.map(({ headers }) => headers['webhook-id'])).toEqual(
    Array(2).fill(crm.received[0]?.headers['webhook-id']),
  );
}, 60_000);
