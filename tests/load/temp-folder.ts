import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone when `remove` is called, or else when this program ends, however it ends short of kill -9. */
export function tempFolder(name: string): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), `earshot-${name}-`));
  const sweep = () => rmSync(dir, { recursive: true, force: true });
  process.once('exit', sweep);
  return {
    dir,
    remove() {
      process.off('exit', sweep);
      sweep();
    },
  };
}

/** Signals end a program like anything else: through its exit, where children and folders are let go. */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
}
