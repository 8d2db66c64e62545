import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../contract/harness.js';
import { bundleChild, startChild } from '../testing/child.js';
import { openEmbeddedLog } from './index.js';

const topics = { calls: { partitions: 4 } };
let dir: string;
let appender: { program: string; remove(): void };

beforeAll(async () => {
  appender = await bundleChild(new URL('./children/appender.ts', import.meta.url));
});
afterAll(() => appender.remove());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A log with something in it, let go again. */
async function filled(count = 300): Promise<void> {
  const log = await openEmbeddedLog({ dir, topics });
  const entry = (n: number) => ({ topic: 'calls', key: `k${n}`, value: Buffer.alloc(400, n) });
  for (let n = 0; n < count; n += 1) await log.append([entry(n)]);
  await log.close();
}

function appending(count: number) {
  return startChild(process.execPath, [appender.program, dir, 'run', '1', String(count)]);
}

test('a second process is refused at once, and a killed one leaves the folder free', async () => {
  const holder = appending(1_000_000_000);
  await until(() => holder.lines.includes('ready'));
  const second = appending(1);
  await second.ended;
  expect(second.lines).toEqual(['refused data-folder-in-use']);
  await expect(openEmbeddedLog({ dir, topics })).rejects.toMatchObject({ code: 'data-folder-in-use', retry: false });
  holder.process.kill('SIGKILL');
  await holder.ended;
  const third = appending(1);
  await third.ended;
  expect(third.lines.at(-1)).toBe('closed');
});

test('a stopped process still holds its folder', async () => {
  const holder = appending(1_000_000_000);
  await until(() => holder.lines.includes('ready'));
  holder.process.kill('SIGSTOP');
  await expect(openEmbeddedLog({ dir, topics })).rejects.toMatchObject({ code: 'data-folder-in-use' });
  holder.process.kill('SIGKILL');
  await once(holder.process, 'exit');
});

test('of many that find a dead holder at the same moment exactly one gets the folder', async () => {
  await filled(1);
  for (let round = 0; round < 20; round += 1) {
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => openEmbeddedLog({ dir, topics })));
    const winners = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    const codes = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason.code] : []));
    expect(winners).toHaveLength(1);
    expect(codes).toEqual(Array(7).fill('data-folder-in-use'));
    for (const winner of winners) await winner.close();
  }
  expect(readdirSync(dir).filter((name) => name.startsWith('.lock')).length).toBeLessThanOrEqual(2);
});

test('a folder whose path is longer than a socket name is fine', async () => {
  const deep = join(dir, 'a'.repeat(120), 'b'.repeat(120));
  const log = await openEmbeddedLog({ dir: deep, topics });
  await expect(openEmbeddedLog({ dir: deep, topics })).rejects.toMatchObject({ code: 'data-folder-in-use' });
  await log.close();
});

test('another partition count is refused and the folder stays usable', async () => {
  await filled(1);
  const changed = openEmbeddedLog({ dir, topics: { calls: { partitions: 8 } } });
  await expect(changed).rejects.toMatchObject({ code: 'partition-count-changed', retry: false });
  await (await openEmbeddedLog({ dir, topics })).close();
});

test('a file of something else is refused and left as it is', async () => {
  const path = join(dir, 'log.mdb');
  writeFileSync(path, 'x'.repeat(20_000));
  await expect(openEmbeddedLog({ dir, topics })).rejects.toMatchObject({ code: 'data-folder-foreign' });
  expect(readFileSync(path, 'utf8')).toBe('x'.repeat(20_000));
});

test('a folder of another version is refused', async () => {
  await filled(1);
  writeFileSync(join(dir, 'log.version'), 'earshot log 2\n');
  await expect(openEmbeddedLog({ dir, topics })).rejects.toMatchObject({ code: 'data-folder-foreign' });
});

test('a data file that is missing, emptied or cut short is refused instead of read as less', async () => {
  await filled();
  const path = join(dir, 'log.mdb');
  const whole = join(dir, 'whole');
  copyFileSync(path, whole);
  const size = statSync(whole).size;
  for (const cut of [0, 100, 4096, 8192, 12_288, size >> 1]) {
    copyFileSync(whole, path);
    truncateSync(path, cut);
    await expect(openEmbeddedLog({ dir, topics }), `cut to ${cut}`).rejects.toMatchObject({
      code: expect.stringMatching(/^data-folder-(damaged|foreign)$/),
    });
  }
  rmSync(path);
  await expect(openEmbeddedLog({ dir, topics })).rejects.toMatchObject({ code: 'data-folder-damaged' });
  copyFileSync(whole, path);
  await (await openEmbeddedLog({ dir, topics })).close();
});

test('a record whose bytes changed on the disk is reported, not handed out', async () => {
  mkdirSync(dir, { recursive: true });
  const log = await openEmbeddedLog({ dir, topics });
  await log.append([{ topic: 'calls', key: 'k', partition: 0, value: Buffer.from('unmistakable words') }]);
  await log.close();
  const path = join(dir, 'log.mdb');
  const bytes = readFileSync(path);
  let changed = 0;
  for (let at = bytes.indexOf('unmistakable'); at >= 0; at = bytes.indexOf('unmistakable', at + 1)) {
    bytes[at] = 0x55;
    changed += 1;
  }
  expect(changed).toBeGreaterThan(0);
  writeFileSync(path, bytes);
  const again = await openEmbeddedLog({ dir, topics });
  await expect(again.read('calls', 0, 0, 1)).rejects.toMatchObject({ code: 'data-folder-damaged' });
  await again.close();
});
