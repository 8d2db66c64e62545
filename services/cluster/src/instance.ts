import { readFileSync } from 'node:fs';
import { type DataFolder, writeWhole } from '@earshot/kit';
import { EarshotError } from '@earshot/model';

/** What `./earshot --data-dir …` reads; readable by this user alone. */
export interface Instance {
  consoleUrl: string;
  httpUrl: string;
  grpcAddress: string;
  rulesAddress: string;
  adminToken: string;
  /** host:port of the broker. */
  kafka: string;
}

export function writeInstance(folder: DataFolder, instance: Instance): void {
  writeWhole(folder.instance, JSON.stringify({ pid: process.pid, ...instance }));
}

/** Throws `folder-taken` if another one that runs has said that it uses this folder. */
export function refuseIfTaken(folder: DataFolder): void {
  const pid = pidIn(folder.instance);
  if (pid === undefined || !isAlive(pid)) return;
  const message = `another cluster uses ${folder.root} (process ${pid})`;
  throw new EarshotError('folder-taken', message, { detail: { pid } });
}

function pidIn(file: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
