import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ManagedOptions, type ManagedProcess, manageProcess } from './managed-process.js';

let folder: string;
let running: ManagedProcess | undefined;
const ended: string[] = [];
let readies = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-managed-'));
  ended.length = 0;
  readies = 0;
});
afterEach(async () => {
  await running?.stop(0);
  rmSync(folder, { recursive: true, force: true });
});

function manage(source: string, more: Partial<ManagedOptions> = {}): ManagedProcess {
  const program = join(folder, 'program.mjs');
  writeFileSync(program, source);
  running = manageProcess({
    ...more,
    name: 'part-1',
    program,
    args: ['--flag'],
    nodeFlags: [],
    logFile: join(folder, 'logs', 'part-1.log'),
    onEnded: (how) => ended.push(how),
    onReady: () => {
      readies += 1;
    },
  });
  return running;
}

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 5 });
const LIVES = `process.send({ type: 'ready', addresses: { http: process.argv[2] } });setInterval(() => {}, 1000);`;

test('who was ready and is killed is started again', async () => {
  const managed = manage(LIVES);
  await managed.whenReady;
  expect([managed.state(), managed.addresses()]).toEqual(['ready', { http: '--flag' }]);
  const first = managed.pid() ?? 0;
  process.kill(first, 'SIGKILL');
  await until(() => readies === 2);
  expect(ended).toEqual(['SIGKILL']);
  expect(managed.pid()).not.toBe(first);
});

test('who ends before it was ever ready is not started again, and its last words are told', async () => {
  const managed = manage(`console.error('config-invalid: --port'); process.exit(2);`);
  await expect(managed.whenReady).rejects.toMatchObject({
    code: 'part-failed',
    message: expect.stringMatching(/part-1 could not start \(exit 2\):\n {2}config-invalid: --port/),
  });
  expect(managed.state()).toBe('stopped');
});

test('who does not say that it is ready is asked until it answers', async () => {
  let asked = 0;
  const managed = manage('process.stdin.resume();', {
    isReady: async () => (++asked > 1 ? { http: 'there' } : undefined),
  });
  await managed.whenReady;
  expect([managed.state(), managed.addresses(), readies]).toEqual(['ready', { http: 'there' }, 1]);
});

test('who does not stop when asked to is killed, and nobody is started again after a stop', async () => {
  const managed = manage(`process.on('SIGTERM', () => {});${LIVES}`);
  await managed.whenReady;
  const pid = managed.pid() ?? 0;
  await managed.stop(50);
  expect(() => process.kill(pid, 0)).toThrow();
  expect([managed.state(), ended]).toEqual(['stopped', []]);
});
