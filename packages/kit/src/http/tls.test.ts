import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createHealth } from '../health.js';
import { silentLogger } from '../logger.js';
import { makeAuthority, opensslMissing, type TestAuthority } from '../testing/certificates.js';
import { doorTls } from '../tls/door-tls.js';
import { createHttp } from './create-http.js';
import { registerHealthRoutes } from './health-routes.js';

const missing = opensslMissing();
describe.skipIf(missing)(`an HTTP door over TLS${missing ? ` [skipped: ${missing}]` : ''}`, () => {
  let dir: string;
  let house: TestAuthority;
  let stranger: TestAuthority;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'earshot-https-'));
    house = makeAuthority(dir, 'house');
    stranger = makeAuthority(dir, 'stranger');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  async function open(lookEveryMs = 60_000) {
    const { certFile, keyFile } = house.issue('door');
    const files = { cert: { path: certFile, setting: '--cert' }, key: { path: keyFile, setting: '--key' } };
    const tls = doorTls(files, lookEveryMs);
    const http = createHttp({ logger: silentLogger(), authenticate: () => undefined, tls });
    registerHealthRoutes(http.app, createHealth());
    const { url, port } = await http.listen({ host: '127.0.0.1', port: 0 });
    return { http, url, port, certFile, keyFile };
  }

  /** The status, or the code of what kept it from being asked. */
  function ask(url: string, authority: TestAuthority): Promise<number | string | undefined> {
    return new Promise((resolve) => {
      const sent = request(`${url}/livez`, { ca: authority.ca, agent: false }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
      });
      sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code)).end();
    });
  }

  test('answers who trusts its authority and nobody else, and follows a renewal', async () => {
    const { http, url, certFile, keyFile } = await open(5);
    try {
      expect(url).toMatch(/^https:/);
      expect(await ask(url, house)).toBe(200);
      expect(await ask(url, stranger)).toEqual(expect.stringMatching(/CERT|ISSUER|LEAF/));
      const next = stranger.issue('door');
      copyFileSync(next.certFile, certFile);
      copyFileSync(next.keyFile, keyFile);
      await vi.waitUntil(async () => (await ask(url, stranger)) === 200, { timeout: 5_000 });
    } finally {
      await http.stop();
    }
  });

  test('who opens a connection and never shakes hands does not hold up the stop', async () => {
    const { http, url, port } = await open();
    const silent = connect(port, '127.0.0.1')
      .resume()
      .on('error', () => undefined);
    await new Promise((resolve) => silent.once('connect', resolve));
    expect(await ask(url, house)).toBe(200);
    const closed = new Promise((resolve) => silent.once('close', resolve));
    await http.stop();
    await closed;
  });
});
