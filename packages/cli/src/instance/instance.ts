import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { couldNot } from '../failure.js';

/** What a running instance says about itself in `<data-dir>/instance.json`; readable by its owner alone. */
export interface Instance {
  pid: number;
  consoleUrl: string;
  httpUrl: string;
  grpcAddress: string;
  rulesAddress: string;
  adminToken: string;
}

/** The instance that says it runs in this folder; undefined if there is none. Whether it still lives is not asked. */
export function readInstance(dataDir: string): Instance | undefined {
  try {
    const said: unknown = JSON.parse(readFileSync(join(dataDir, 'instance.json'), 'utf8'));
    return isInstance(said) ? said : undefined;
  } catch {
    return undefined;
  }
}

export function runningInstance(dataDir: string): Instance {
  const instance = readInstance(dataDir);
  if (!instance || !isAlive(instance.pid)) throw couldNot('not-running', dataDir);
  return instance;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isInstance(said: unknown): said is Instance {
  const { pid, consoleUrl, adminToken } = (said ?? {}) as Partial<Instance>;
  return typeof pid === 'number' && typeof consoleUrl === 'string' && typeof adminToken === 'string';
}
