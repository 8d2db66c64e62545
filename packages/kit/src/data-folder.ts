import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where things lie under the data folder. */
export interface DataFolder {
  root: string;
  log: string;
  warehouse: string;
  logs: string;
  rules: string;
  people: string;
  routes: string;
  /** Signing secrets of routes, one a file. */
  secrets: string;
  instance: string;
  /** A secret that is made at first use and stays: 32 random bytes, readable by this user alone. */
  key(name: string): Buffer;
}

export function dataFolder(root: string): DataFolder {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return {
    root,
    log: join(root, 'log'),
    warehouse: join(root, 'warehouse'),
    logs: join(root, 'logs'),
    rules: join(root, 'rules'),
    people: join(root, 'people.yaml'),
    routes: join(root, 'routes.yaml'),
    secrets: join(root, 'secrets'),
    instance: join(root, 'instance.json'),
    key: (name) => readOrMakeKey(join(root, 'keys', `${name}.key`)),
  };
}

function readOrMakeKey(path: string): Buffer {
  if (existsSync(path)) return Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url');
  const key = randomBytes(32);
  writeWhole(path, key.toString('base64url'));
  return key;
}

/** Never half a file, whatever dies when. */
export function writeWhole(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content, { mode: 0o600, flush: true });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
