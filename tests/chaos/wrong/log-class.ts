import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';

/** The methods that every log of this process has, to put a mistake into. */
export async function logMethods(): Promise<Pick<Log, 'append'>> {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-class-'));
  const log = await openEmbeddedLog({ dir, topics: { none: { partitions: 1 } } });
  await log.close();
  rmSync(dir, { recursive: true, force: true });
  return Object.getPrototypeOf(log) as Pick<Log, 'append'>;
}
