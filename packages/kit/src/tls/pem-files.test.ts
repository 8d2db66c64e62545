import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { makeAuthority, opensslMissing, type TestAuthority } from '../testing/certificates.js';
import { grpcTls, grpcTlsSettings } from './door-settings.js';
import { pemFiles } from './pem-files.js';

const missing = opensslMissing();
describe.skipIf(missing)(`certificates in files${missing ? ` [skipped: ${missing}]` : ''}`, () => {
  let dir: string;
  let house: TestAuthority;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'earshot-pem-'));
    house = makeAuthority(dir, 'house');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const named = (path: string, setting: string) => ({ path, setting });

  test.each<[string, () => unknown, RegExp]>([
    ['half a pair', () => pemFiles({ cert: named(house.caFile, '--cert') }), /--cert/],
    ['a file that is not there', () => pemFiles({ ca: named(join(dir, 'none'), '--ca') }), /--ca/],
    ['a file without a certificate', () => pemFiles({ ca: named(junk('canary'), '--ca') }), /--ca/],
    ['a key of another certificate', () => pemFiles(strangePair()), /--cert, --key/],
    ['a door without its key', () => ask('--grpc-tls-cert-file', house.caFile), /--grpc-tls-key-file/],
    ['an authority of clients alone', () => ask('--grpc-client-ca-file', house.caFile), /--grpc-tls-cert-file/],
  ])('%s is refused by the name of its setting, and nothing of it is quoted', (_, read, setting) => {
    const thrown = (() => {
      try {
        return read();
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({
      code: 'config-invalid',
      detail: { exitCode: 2 },
      message: expect.stringMatching(setting),
    });
    expect(inspect(thrown, { depth: 9 }).split('\n    at ')[0]).not.toMatch(/canary|BEGIN/);
  });

  test('a key does not show itself where certificates are printed', () => {
    const { certFile, keyFile } = house.issue('door');
    const material = pemFiles({ cert: named(certFile, '--cert'), key: named(keyFile, '--key') }).current();
    expect(JSON.stringify(material) + inspect(material)).not.toContain('PRIVATE KEY');
    expect(material.key?.reveal()).toContain('PRIVATE KEY');
  });

  test('without settings a door speaks plain text', () => {
    expect(ask()).toBeUndefined();
  });

  function junk(words: string): string {
    const file = join(dir, 'junk.pem');
    writeFileSync(file, words);
    return file;
  }

  function strangePair() {
    const [one, other] = [house.issue('one'), house.issue('other')];
    return { cert: named(one.certFile, '--cert'), key: named(other.keyFile, '--key') };
  }

  const ask = (...argv: string[]) => grpcTls(readConfig(z.object(grpcTlsSettings), { env: {}, argv }));
});
