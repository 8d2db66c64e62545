import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectDataFile } from './data-file.js';
import { openEmbeddedLog } from './index.js';

test('a file cut anywhere is told from a whole one, and pages that nothing leads to are not missed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-log-'));
  try {
    const log = await openEmbeddedLog({ dir, topics: { calls: { partitions: 3 } } });
    const append = (count: number, bytes: number) =>
      log.append(
        Array.from({ length: count }, (_, n) => ({ topic: 'calls', key: `k${n}`, value: Buffer.alloc(bytes, 7) })),
      );
    await append(900, 500);
    await append(12, 20_000);
    const path = join(dir, 'log.mdb');
    const cut = join(dir, 'cut');
    const judge = (size: number) => {
      copyFileSync(path, cut);
      truncateSync(cut, size);
      return inspectDataFile(cut);
    };
    const size = statSync(path).size;
    expect(inspectDataFile(path)).toBe('whole');
    const sizes = Array.from({ length: 40 }, (_, n) => 4096 * Math.floor(((size / 4096 - 1) * n) / 39));
    for (const each of sizes.slice(1)) expect(judge(each), `cut to ${each} of ${size}`).toBe('cut-short');

    // After a truncation the end of the file is free: cut there, nothing is lost.
    for (let partition = 0; partition < 3; partition += 1) await log.truncate('calls', partition, 1_000);
    await append(1, 10);
    await append(1, 10);
    expect(judge(size - 4096)).toBe('whole');
    await log.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
