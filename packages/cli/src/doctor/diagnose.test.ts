import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folder, runCommand } from '../testing/run-command.js';
import { diagnose, type Surroundings } from './diagnose.js';

const FINE: Surroundings = {
  nodeVersion: 'v20.19.0',
  dataDir: { path: '/data', exists: true, writable: true },
  freeBytes: 50 * 1024 ** 3,
  ports: [
    { port: 8700, free: true },
    { port: 8701, free: true },
  ],
  enginePresent: true,
};

const stateOf = (about: string, seen: Partial<Surroundings>) =>
  diagnose({ ...FINE, ...seen }).find((finding) => finding.about === about)?.state;

describe('doctor', () => {
  it('finds nothing where all is well', () => {
    expect(diagnose(FINE).map(({ state }) => state)).toEqual(Array(6).fill('fine'));
  });

  it.each<[string, string, Partial<Surroundings>]>([
    ['doctor-node', 'fault', { nodeVersion: 'v20.18.9' }],
    ['doctor-node', 'fault', { nodeVersion: 'v18.20.0' }],
    ['doctor-node', 'fine', { nodeVersion: 'v24.0.0' }],
    ['doctor-folder', 'fault', { dataDir: { path: '/data', exists: true, writable: false } }],
    ['doctor-folder', 'fine', { dataDir: { path: '/data', exists: false, writable: true } }],
    ['doctor-disk', 'warning', { freeBytes: 1024 ** 3 }],
    ['doctor-port', 'fault', { ports: [{ port: 8700, free: false }] }],
    ['doctor-engine', 'warning', { enginePresent: false }],
    ['doctor-instance', 'warning', { instance: { pid: 7, alive: false, address: 'x' } }],
  ])('%s is a %s with %j', (about, state, seen) => {
    expect(stateOf(about, seen)).toBe(state);
  });

  it('does not call ports taken that the running instance holds', () => {
    const instance = { pid: 7, alive: true, address: 'x' };
    expect(stateOf('doctor-port', { instance, ports: [{ port: 8700, free: false }] })).toBeUndefined();
  });

  it('ends with 1 if a port is taken, and names it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { code, out } = await runCommand('doctor', '--data-dir', folder(), '--port', String(port));
    expect(code).toBe(1);
    expect(out).toContain(`✗ ports: ${port} taken`);
  });
});
