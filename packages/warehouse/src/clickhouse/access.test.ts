import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkedAddress, credentialsOf } from './access.js';
import { openClickhouseWarehouse } from './index.js';
import { isProven } from './version.js';

const password = { reveal: () => 'canary' };
const url = 'http://127.0.0.1:8123';
const https = 'https://127.0.0.1:8443';

describe('how the server is reached', () => {
  test.each([
    ['no user', { url, user: '', password }],
    ['no password', { url, user: 'u' }],
    ['an empty password', { url, user: 'u', password: { reveal: () => '' } }],
    ['a user in the address', { url: 'http://u:canary@127.0.0.1:8123', user: 'u', password }],
    ['options in the address', { url: `${url}?password=canary`, user: 'u', password }],
    ['another protocol', { url: 'tcp://127.0.0.1:9000', user: 'u', password }],
    ['no address at all', { url: 'canary', user: 'u', password }],
    ['certificates without TLS', { url, user: 'u', password, tls: { ca: 'pem' } }],
    ['a certificate without its key', { url: https, user: 'u', password, tls: { ca: 'pem', cert: 'pem' } }],
    ['a key without its certificate', { url: https, user: 'u', password, tls: { ca: 'pem', key: password } }],
    ['a certificate and a password', { url: https, user: 'u', password, tls: { ca: 'c', cert: 'c', key: password } }],
  ])('%s is refused before anything is sent, and nothing of it is quoted', async (_, options) => {
    const thrown = await openClickhouseWarehouse(options).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'invalid', retry: false });
    expect(inspect(thrown, { depth: 9 }).split('\n    at ')[0]).not.toContain('canary');
  });

  test('a path before the server is kept apart from the name of a database', () => {
    expect(checkedAddress('https://proxy:8443/clickhouse')).toEqual({
      url: 'https://proxy:8443',
      pathname: '/clickhouse',
    });
    expect(checkedAddress('http://server:8123/')).toEqual({ url: 'http://server:8123' });
  });

  test('a certificate takes the place of the password', () => {
    const tls = { ca: 'ca', cert: 'cert', key: { reveal: () => 'key' } };
    expect(credentialsOf({ url: https, user: 'u', tls })).toMatchObject({ username: 'u', password: '' });
  });

  test.each([
    ['26.7.2.1', true],
    ['26.8.1.1-lts', true],
    ['27.1.1.1', true],
    ['26.10.1.1', true],
    ['26.6.9.9', false],
    ['25.8.1.1', false],
    ['', false],
    ['new', false],
  ])('a server of version %j is new enough: %s', (found, enough) => {
    expect(isProven(found)).toBe(enough);
  });
});
