import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { cloneRoot } from '../clone.js';
import { isAlive, readInstance } from '../instance/instance.js';
import type { Surroundings } from './diagnose.js';

/** Console, ingest over HTTP, ingest over gRPC, rules over gRPC: one after the other from the first. */
const PORTS = 4;

export async function lookAround(options: { dataDir: string; port: number }): Promise<Surroundings> {
  const path = resolve(options.dataDir);
  const standing = nearestExisting(path);
  const ports: Surroundings['ports'] = [];
  for (let port = options.port; port < options.port + PORTS; port++) ports.push({ port, free: await isFree(port) });
  const said = readInstance(path);
  const seen: Surroundings = {
    nodeVersion: process.version,
    dataDir: { path, exists: existsSync(path), writable: isWritable(standing) },
    ports,
    enginePresent: existsSync(join(cloneRoot(), 'packages/warehouse/engine/node_modules/chdb/package.json')),
  };
  const freeBytes = freeOn(standing);
  if (freeBytes !== undefined) seen.freeBytes = freeBytes;
  if (said) seen.instance = { pid: said.pid, alive: isAlive(said.pid), address: said.consoleUrl };
  return seen;
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function freeOn(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)));
  });
}
