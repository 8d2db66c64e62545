import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleChild } from '../testing/child.js';

/** Runs a command with a file system of 5 MB mounted on a folder, visible to that command alone. */
function onSmallDisk(folder: string, command: readonly string[]) {
  const script = 'mount -t tmpfs -o size=5m tmpfs "$0" && exec "$@"';
  return spawnSync('unshare', ['-rm', 'sh', '-c', script, folder, ...command], { encoding: 'utf8', timeout: 30_000 });
}

const probe = mkdtempSync(join(tmpdir(), 'earshot-disk-'));
const mountable = onSmallDisk(probe, ['true']).status === 0;
rmSync(probe, { recursive: true, force: true });
const why = mountable ? '' : ' (skipped: no private mounts here)';

test.skipIf(!mountable)(
  `on a full disk appends are refused, all stays readable, and room lets them in again${why}`,
  async () => {
    const disk = mkdtempSync(join(tmpdir(), 'earshot-disk-'));
    const child = await bundleChild(new URL('./children/full-disk.ts', import.meta.url));
    try {
      const run = onSmallDisk(disk, [process.execPath, child.program, disk]);
      const said = JSON.parse(run.stdout) as { keptWhenFull: number; keptInTheEnd: number };
      expect(said).toMatchObject({
        refusal: { code: 'log-full', retry: true },
        again: 'log-full',
        readableWhenFull: true,
        afterwards: 'accepted',
        readableAfterwards: true,
        readableReopened: true,
      });
      expect(said.keptInTheEnd).toBe(said.keptWhenFull + 200);
      expect(said.keptWhenFull).toBeGreaterThan(500);
    } finally {
      child.remove();
      rmSync(disk, { recursive: true, force: true });
    }
  },
  60_000,
);
