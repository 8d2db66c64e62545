import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogRecord } from '../port.js';
import { openEmbeddedLog } from './index.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const topics = { a: { partitions: 4 } };

test('what was appended is handed to a group, in order, and is there after a reopen', async () => {
  let log = await openEmbeddedLog({ dir, topics });
  const offsets = await Promise.all(
    Array.from({ length: 1000 }, (_, i) =>
      log.append([{ topic: 'a', key: `k${i % 7}`, value: Buffer.from(String(i)) }]),
    ),
  );
  expect(offsets.flat()).toHaveLength(1000);
  const seen: LogRecord[] = [];
  const sub = await log.subscribe({
    group: 'g',
    topic: 'a',
    onAssigned: async (assignment) => ({
      from: 0,
      handle: async (records) => {
        seen.push(...records);
        await assignment.commit((records.at(-1)?.offset ?? 0) + 1, 'mark');
      },
      close: async () => {},
    }),
    onError: (error) => {
      throw error;
    },
  });
  await sub.caughtUp();
  expect(seen).toHaveLength(1000);
  await log.close();
  log = await openEmbeddedLog({ dir, topics });
  let total = 0;
  for (let p = 0; p < 4; p += 1) total += (await log.read('a', p, 0, 5000)).length;
  expect(total).toBe(1000);
  await log.close();
});
