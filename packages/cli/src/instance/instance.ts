import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EarshotError } from '@earshot/model';
import { cannotRead, couldNot } from '../failure.js';

/** What a running instance says about itself in `<data-dir>/instance.json`; readable by its owner alone. */
export interface Instance {
  pid: number;
  consoleUrl: string;
  httpUrl: string;
  grpcAddress: string;
  rulesAddress: string;
  adminToken: string;
  /** host:port of the broker, where the instance is a cluster. */
  kafka?: string;
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

/** Which instance a command means: the one of a data folder, or one on another machine by its console. */
export interface At {
  dataDir: string;
  /** Address of its console, with a file that holds the operator's token. */
  console?: string;
  tokenFile?: string;
}

export type Reached = Pick<Instance, 'consoleUrl' | 'adminToken'>;

/** Throws `not-running`, `token-missing`, `file-…`. */
export function runningInstance({ dataDir, console: consoleUrl, tokenFile }: At): Reached {
  if (consoleUrl !== undefined) return { consoleUrl, adminToken: tokenIn(consoleUrl, tokenFile) };
  const instance = readInstance(dataDir);
  if (!instance || !isAlive(instance.pid)) throw couldNot('not-running', dataDir);
  return instance;
}

function tokenIn(consoleUrl: string, file: string | undefined): string {
  if (file === undefined) throw new EarshotError('token-missing', consoleUrl, { detail: { exitCode: 2 } });
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw cannotRead(file, error);
  }
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
