import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { password, serve } from './support/served.js';

const dir = mkdtempSync(join(tmpdir(), 'earshot-front-tls-'));
const at = (name: string) => join(dir, name);
const pem = (name: string) => readFileSync(at(name), 'utf8');

/** An authority, the server's certificate, ours, and a stranger's authority. */
function makeCertificates(): boolean {
  const authority = (name: string) => [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    at(`${name}.key`),
    '-out',
    at(`${name}.pem`),
  ];
  const signed = (name: string, extra: string[]) => [
    [
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      ...extra,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.csr`),
    ],
    [
      'x509',
      '-req',
      '-in',
      at(`${name}.csr`),
      '-CA',
      at('ca.pem'),
      '-CAkey',
      at('ca.key'),
      '-CAcreateserial',
      '-days',
      '2',
      '-copy_extensions',
      'copy',
      '-out',
      at(`${name}.pem`),
    ],
  ];
  const steps = [
    authority('ca'),
    authority('stranger'),
    ...signed('server', ['-addext', 'subjectAltName=IP:127.0.0.1']),
    ...signed('earshot', []),
  ];
  return steps.every((step) => spawnSync('openssl', step).status === 0);
}

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('over TLS', () => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    expect(makeCertificates()).toBe(true);
    served = await serve({ tls: { cert: pem('server.pem'), key: pem('server.key'), ca: pem('ca.pem') } });
  }, 30_000);
  afterAll(async () => {
    await served.end();
    rmSync(dir, { recursive: true, force: true });
  }, 30_000);

  test('the authority that was given is trusted, with user and password', async () => {
    const warehouse = await served.warehouse({ password, tls: { ca: pem('ca.pem') } });
    expect(await warehouse.query({ name: 'one', sql: 'SELECT 1 AS a', params: {} })).toEqual([{ a: 1 }]);
  });

  test('another authority is not, nor is none; the password does not leave', async () => {
    const requests = served.front.tally.requests;
    const message = expect.stringMatching(/--clickhouse-ca-file.*\p{Script=Han}/u);
    const untrusted = { code: 'warehouse-untrusted', retry: true, message };
    await expect(served.warehouse({ password, tls: { ca: pem('stranger.pem') } })).rejects.toMatchObject(untrusted);
    await expect(served.warehouse({ password })).rejects.toMatchObject(untrusted);
    expect(served.front.tally.requests).toBe(requests);
  });

  test('our own certificate is the user, without a password', async () => {
    const key = { reveal: () => pem('earshot.key') };
    const tls = { ca: pem('ca.pem'), cert: pem('earshot.pem'), key };
    const warehouse = await served.warehouse({ password: undefined, tls });
    expect(await warehouse.query({ name: 'one', sql: 'SELECT 1 AS a', params: {} })).toEqual([{ a: 1 }]);
    const other = served.warehouse({ password: undefined, user: 'somebody', tls });
    await expect(other).rejects.toMatchObject({ code: 'warehouse-denied' });
  });
});
