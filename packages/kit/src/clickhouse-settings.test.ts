import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { clickhouseAccess, clickhouseSettings } from './clickhouse-settings.js';
import { readConfig } from './config.js';

const dir = mkdtempSync(join(tmpdir(), 'earshot-settings-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ADDRESS = { EARSHOT_CLICKHOUSE_URL: 'https://clickhouse:8443', EARSHOT_CLICKHOUSE_USER: 'earshot' };
const read = (env: Record<string, string>, argv: string[] = []) =>
  clickhouseAccess(readConfig(z.object(clickhouseSettings), { env, argv }));

function file(name: string, words: string): string {
  const path = join(dir, name);
  writeFileSync(path, words);
  return path;
}

test('nothing of it has a default, and what is missing is said', () => {
  expect(() => read({})).toThrowError(/clickhouse-url[\s\S]*clickhouse-user/);
  expect(() => read({ ...ADDRESS, EARSHOT_CLICKHOUSE_URL: 'tcp://clickhouse:9000' })).toThrowError(/clickhouse-url/);
});

test('the password comes from the environment or a file, and is not shown', () => {
  const access = read({ ...ADDRESS, EARSHOT_CLICKHOUSE_PASSWORD: 'canary' });
  expect(access).toMatchObject({ url: 'https://clickhouse:8443', user: 'earshot', compress: false });
  expect(access.password?.reveal()).toBe('canary');
  expect(JSON.stringify(access)).not.toContain('canary');
  expect(() => read(ADDRESS, ['--clickhouse-password', 'canary'])).toThrowError(/clickhouse-password-file/);
});

test('certificates are read from their files; one that is missing is named by its setting', () => {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) => file(name, `pem of ${name}`));
  const flags = ['--clickhouse-ca', `${ca}`, '--clickhouse-cert', `${cert}`, '--clickhouse-key-file', `${key}`];
  const { tls } = read(ADDRESS, flags);
  expect([tls?.ca, tls?.cert, tls?.key?.reveal()]).toEqual(['pem of ca', 'pem of cert', 'pem of key']);
  expect(() => read(ADDRESS, ['--clickhouse-ca', join(dir, 'none')])).toThrowError(/--clickhouse-ca/);
  expect(() => read(ADDRESS, ['--clickhouse-cert', `${cert}`])).toThrowError(/--clickhouse-ca/);
});
