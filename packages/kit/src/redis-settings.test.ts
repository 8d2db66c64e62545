import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from './config.js';
import { redisAddress, redisSettings } from './redis-settings.js';

const dir = mkdtempSync(join(tmpdir(), 'earshot-settings-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const PLAIN = { EARSHOT_REDIS_URL: 'redis://redis:6379' };
const SECURE = { EARSHOT_REDIS_URL: 'rediss://redis:6379' };
const read = (env: Record<string, string>, argv: string[] = []) =>
  redisAddress(readConfig(z.object(redisSettings), { env, argv }));

function file(name: string): string {
  const path = join(dir, name);
  writeFileSync(path, `pem of ${name}`);
  return path;
}

test('without an address there is no Redis; half of one is refused, by its name', () => {
  expect(read({})).toBeUndefined();
  expect(read(PLAIN)).toEqual({ url: 'redis://redis:6379' });
  expect(() => read({ EARSHOT_REDIS_PASSWORD: 'canary' })).toThrowError(/--redis-url is missing/);
  expect(() => read({ ...PLAIN, EARSHOT_REDIS_USER: 'earshot' })).toThrowError(/EARSHOT_REDIS_PASSWORD/);
  expect(() => read({ EARSHOT_REDIS_URL: 'http://redis:6379' })).toThrowError(/redis-url/);
});

test('the password comes from the environment or a file, and is not shown', () => {
  const address = read({ ...PLAIN, EARSHOT_REDIS_PASSWORD: 'canary' });
  expect(address?.password?.reveal()).toBe('canary');
  expect(JSON.stringify(address)).not.toContain('canary');
  expect(() => read(PLAIN, ['--redis-password', 'canary'])).toThrowError(/redis-password-file/);
});

test('certificates are read from their files, belong together, and are for rediss:// only', () => {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map(file) as [string, string, string];
  const tls = read(SECURE, ['--redis-ca', ca, '--redis-cert', cert, '--redis-key-file', key])?.tls;
  expect([tls?.ca, tls?.cert, tls?.key?.reveal()]).toEqual(['pem of ca', 'pem of cert', 'pem of key']);
  expect(() => read(SECURE, ['--redis-cert', cert])).toThrowError(/belong together/);
  expect(() => read(PLAIN, ['--redis-ca', ca])).toThrowError(/rediss/);
  expect(() => read(SECURE, ['--redis-ca', join(dir, 'none')])).toThrowError(/--redis-ca/);
});
