import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Principal } from '../access/principal.js';
import { silentLogger } from '../logger.js';
import { makeAuthority, opensslMissing, type TestAuthority } from '../testing/certificates.js';
import { doorTls } from '../tls/door-tls.js';
import { createGrpc } from './create-grpc.js';
import { CODE_TRAILER } from './grpc-error.js';

const text = (value: string) => Buffer.from(value);
const codec = {
  requestSerialize: text,
  requestDeserialize: String,
  responseSerialize: text,
  responseDeserialize: String,
};
const ECHO = {
  once: { path: '/test.Echo/Once', requestStream: false as const, responseStream: false as const, ...codec },
};
const WRITER: Principal = { kind: 'integration', tenant: 'bank', keyId: 'k', scopes: ['ingest:write'] };

const missing = opensslMissing();
describe.skipIf(missing)(`a gRPC door over TLS${missing ? ` [skipped: ${missing}]` : ''}`, () => {
  let dir: string;
  let house: TestAuthority;
  let stranger: TestAuthority;
  const cleanups: (() => unknown)[] = [];
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'earshot-tls-'));
    house = makeAuthority(dir, 'house');
    stranger = makeAuthority(dir, 'stranger');
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  async function open({ asksClients = false, who = () => WRITER as Principal | undefined, lookEveryMs = 60_000 } = {}) {
    const { certFile, keyFile } = house.issue('door');
    const tls = doorTls(
      {
        cert: { path: certFile, setting: '--cert' },
        key: { path: keyFile, setting: '--key' },
        ...(asksClients && { clientCa: { path: house.caFile, setting: '--client-ca' } }),
      },
      lookEveryMs,
    );
    const grpc = createGrpc({ logger: silentLogger(), authenticate: who, tls });
    cleanups.push(() => grpc.stop(1_000));
    grpc.addService('test.Echo', ECHO, { once: 'ingest.append' }, { once: async (request) => request });
    const { port } = await grpc.listen({ host: '127.0.0.1', port: 0 });
    return { port, certFile, keyFile };
  }

  /** What is answered, or the status and our own code. */
  function call(
    port: number,
    channel = credentials.createInsecure(),
  ): Promise<string | { code: number; ours: unknown }> {
    const client = new Client(`127.0.0.1:${port}`, channel, { 'grpc.use_local_subchannel_pool': 1 });
    cleanups.push(() => client.close());
    return new Promise((resolve) => {
      client.makeUnaryRequest(ECHO.once.path, text, String, 'hello', (error: ServiceError | null, value) =>
        resolve(error ? { code: error.code, ours: error.metadata.get(CODE_TRAILER)[0] } : String(value)),
      );
    });
  }
  const trusting = (authority: TestAuthority, own?: { key: string; cert: string }) =>
    credentials.createSsl(text(authority.ca), own ? text(own.key) : null, own ? text(own.cert) : null);
  const UNAVAILABLE = expect.objectContaining({ code: status.UNAVAILABLE });

  test('answers who trusts its authority, and nobody in plain text or by another', async () => {
    const { port } = await open();
    expect(await call(port, trusting(house))).toBe('hello');
    expect(await call(port, trusting(stranger))).toEqual(UNAVAILABLE);
    expect(await call(port)).toEqual(UNAVAILABLE);
  });

  test('that asks for certificates lets in ours, and neither none nor a foreign nor an expired one', async () => {
    const { port } = await open({ asksClients: true });
    expect(await call(port, trusting(house, house.issue('caller')))).toBe('hello');
    expect(await call(port, trusting(house))).toEqual(UNAVAILABLE);
    expect(await call(port, trusting(house, stranger.issue('caller')))).toEqual(UNAVAILABLE);
    expect(await call(port, trusting(house, house.issue('late', { expired: true })))).toEqual(UNAVAILABLE);
  });

  test('wants the credential besides the certificate', async () => {
    const { port } = await open({ asksClients: true, who: () => undefined });
    const answer = await call(port, trusting(house, house.issue('caller')));
    expect(answer).toEqual({ code: status.UNAUTHENTICATED, ours: 'unauthenticated' });
  });

  test('shows a renewed certificate to who comes next, and keeps the old one while the pair does not fit', async () => {
    const { port, certFile, keyFile } = await open({ lookEveryMs: 5 });
    const next = stranger.issue('door');
    copyFileSync(next.certFile, certFile);
    expect(await call(port, trusting(house))).toBe('hello');
    copyFileSync(next.keyFile, keyFile);
    await vi.waitUntil(async () => (await call(port, trusting(stranger))) === 'hello', { timeout: 5_000 });
    expect(await call(port, trusting(house))).toEqual(UNAVAILABLE);
  });

  test('lets nobody in who never shakes hands, and is not held up by him', async () => {
    const { port } = await open({ asksClients: true });
    const { connect } = await import('node:net');
    const silent = connect(port, '127.0.0.1')
      .resume()
      .on('error', () => undefined);
    await new Promise((resolve) => silent.once('connect', resolve));
    const closed = new Promise((resolve) => silent.once('close', resolve));
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    await closed;
  });
});
