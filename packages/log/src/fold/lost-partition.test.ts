import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openEmbeddedLog } from '../embedded/index.js';
import type { Log } from '../port.js';
import { wordFold, wordOptions } from '../testing/word-fold.js';
import { runFold } from './run-fold.js';

let dir: string;
let log: Log;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-fold-'));
  log = await openEmbeddedLog({ dir, topics: { calls: { partitions: 1 }, words: { partitions: 1 } } });
});
afterEach(async () => {
  await log.close();
  rmSync(dir, { recursive: true, force: true });
});

test('a fold whose partition went to another owner ends without a failure and commits nothing more', async () => {
  const told: string[] = [];
  const listen = {
    onAlarm: (code: string) => told.push(code),
    onStopped: (error: unknown) => told.push(String(error)),
  };
  // The first one has something to commit when it is put out.
  const first = await runFold(log, 'calls', wordFold, { ...wordOptions, ...listen, commitEveryMs: 3_600_000 });
  await log.append([{ topic: 'calls', key: 'k', value: Buffer.from('a') }]);
  await first.caughtUp();
  const second = await runFold(log, 'calls', wordFold, { ...wordOptions, ...listen, commitEveryMs: 0 });
  await log.append([{ topic: 'calls', key: 'k', value: Buffer.from('b') }]);
  await second.caughtUp();
  await first.stop();
  const words = await log.read('words', 0, 0, 100);
  await vi.waitFor(() => expect(words.map(({ value }) => Buffer.from(value).toString()).at(-1)).toMatch(/^ab@/));
  expect(told).toEqual([]);
});
