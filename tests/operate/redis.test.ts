import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createScope } from '@earshot/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { redisTools } from '../../packages/cli/src/cluster/look-at-redis.js';
import { temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';
import { earshotJson } from './command.js';

const SERVER = '/usr/bin/redis-server';
const why = existsSync(SERVER) ? '' : 'no redis-server: apt-get install redis-server';

interface Report {
  findings: { state: string; about: string; word?: string; values: Record<string, unknown>; text: string }[];
}

describe.skipIf(why !== '')(`doctor on a Redis${why && ` [skipped: ${why}]`}`, () => {
  let scope: ReturnType<typeof createScope>;
  beforeEach(() => {
    scope = createScope();
  });
  afterEach(() => scope.close());

  async function startRedis(...settings: string[]): Promise<string> {
    const port = await freePort();
    const dir = temporaryFolder(scope, 'redis');
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir, ...settings];
    const child = spawn(SERVER, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise((resolve) => child.once('close', resolve));
    scope.defer('redis', async () => {
      child.kill('SIGKILL');
      await ended;
    });
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
    await until(() => said.includes('Ready to accept connections'), 'Redis');
    return `redis://127.0.0.1:${port}`;
  }

  const doctor = async (url: string, ...more: string[]) => {
    const args = ['doctor', '--data-dir', '/nowhere', '--port', '1', '--redis-url', url, ...more];
    const { findings } = await earshotJson<Report>(args, { redis: async () => redisTools });
    return findings.filter(({ about }) => about.startsWith('doctor-redis')).map(({ word, state }) => [word, state]);
  };

  test('a bounded one that never evicts is fine', async () => {
    const url = await startRedis('--maxmemory', '64mb', '--maxmemory-policy', 'noeviction');
    expect(await doctor(url)).toEqual([
      ['doctor-redis-on', 'fine'],
      ['doctor-redis-policy', 'fine'],
    ]);
  });

  test('one that may evict anything is a warning, and needs its password from a file', async () => {
    const password = 'words-of-this-test';
    const url = await startRedis(
      ...['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru', '--requirepass', password],
    );
    expect(await doctor(url)).toEqual([['doctor-redis-denied', 'fault']]);
    const file = join(temporaryFolder(scope, 'password'), 'redis');
    writeFileSync(file, `${password}\n`);
    expect(await doctor(url, '--redis-password-file', file)).toEqual([
      ['doctor-redis-on', 'fine'],
      ['doctor-redis-evicts', 'warning'],
    ]);
  });

  test('one that is not there is said, not waited for', async () => {
    expect(await doctor(`redis://127.0.0.1:${await freePort()}`)).toEqual([['doctor-redis-away', 'fault']]);
  });
});

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
