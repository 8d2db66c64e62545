import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type ClickhouseAddress, clickhouseAddress, clickhouseSettings } from './clickhouse-settings.js';
import { readConfig } from './config.js';

const dir = mkdtempSync(join(tmpdir(), 'earshot-settings-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ADDRESS = { EARSHOT_CLICKHOUSE_URL: 'https://clickhouse:8443', EARSHOT_CLICKHOUSE_USER: 'earshot' };
const PASSWORD = { ...ADDRESS, EARSHOT_CLICKHOUSE_PASSWORD: 'canary' };
const ask = (env: Record<string, string>, argv: string[] = []) =>
  clickhouseAddress(readConfig(z.object(clickhouseSettings), { env, argv }));
const read = (env: Record<string, string>, argv: string[] = []) => ask(env, argv) as ClickhouseAddress;

function file(name: string, words: string): string {
  const path = join(dir, name);
  writeFileSync(path, words);
  return path;
}

test('without a server there is none; nothing of its address has a default, and what is missing is said', () => {
  expect(ask({})).toBeUndefined();
  const { EARSHOT_CLICKHOUSE_URL: url, EARSHOT_CLICKHOUSE_USER: user } = ADDRESS;
  expect(() => read({ EARSHOT_CLICKHOUSE_USER: user })).toThrowError(/--clickhouse-url/);
  expect(() => read({ EARSHOT_CLICKHOUSE_URL: url })).toThrowError(/--clickhouse-user/);
  expect(() => read(ADDRESS)).toThrowError(/EARSHOT_CLICKHOUSE_PASSWORD/);
  expect(() => read({ ...ADDRESS, EARSHOT_CLICKHOUSE_URL: 'tcp://clickhouse:9000' })).toThrowError(/clickhouse-url/);
});

test('the password comes from the environment or a file, and is not shown', () => {
  const access = read(PASSWORD);
  expect(access).toMatchObject({ url: 'https://clickhouse:8443', user: 'earshot', compress: false });
  expect(access.password?.reveal()).toBe('canary');
  expect(JSON.stringify(access)).not.toContain('canary');
  expect(() => read(ADDRESS, ['--clickhouse-password', 'canary'])).toThrowError(/clickhouse-password-file/);
});

test('certificates are read from their files; one that is missing is named by its setting', () => {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) => file(name, `pem of ${name}`));
  const flags = [
    '--clickhouse-ca-file',
    `${ca}`,
    '--clickhouse-cert-file',
    `${cert}`,
    '--clickhouse-key-file',
    `${key}`,
  ];
  const { tls } = read(ADDRESS, flags);
  expect([tls?.ca, tls?.cert, tls?.key?.reveal()]).toEqual(['pem of ca', 'pem of cert', 'pem of key']);
  expect(() => read(PASSWORD, ['--clickhouse-ca-file', join(dir, 'none')])).toThrowError(/--clickhouse-ca/);
  expect(() => read(PASSWORD, ['--clickhouse-cert-file', `${cert}`])).toThrowError(/--clickhouse-ca/);
});
