import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IngestServiceService } from '@earshot/wire';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuthority, opensslMissing, type TestAuthority } from '../../kit/src/testing/certificates.js';
import { type ClientTls, createClient, type NewEvent } from './index.js';

const EVENT: NewEvent = { conversationId: 'c', atMs: 1, body: { kind: 'ended' } };

const missing = opensslMissing();
describe.skipIf(missing)(`a client over TLS${missing ? ` [skipped: ${missing}]` : ''}`, () => {
  let dir: string;
  let house: TestAuthority;
  let stranger: TestAuthority;
  let door: Server;
  let address: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'earshot-client-tls-'));
    house = makeAuthority(dir, 'house');
    stranger = makeAuthority(dir, 'stranger');
    const { cert, key } = house.issue('door');
    const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
    door = new Server();
    door.addService(IngestServiceService, {
      streamEvents: () => undefined,
      appendEvents: (_call: unknown, callback: (error: null, answer: object) => void) =>
        callback(null, { results: [] }),
    });
    const port = await new Promise<number>((resolve, reject) => {
      const secure = ServerCredentials.createSsl(Buffer.from(house.ca), [pair], true);
      door.bindAsync('127.0.0.1:0', secure, (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    address = `127.0.0.1:${port}`;
  });
  afterAll(() => {
    door?.forceShutdown();
    rmSync(dir, { recursive: true, force: true });
  });

  async function append(tls: ClientTls): Promise<unknown> {
    const client = createClient({ address, tls, giveUpMs: 500 });
    try {
      return await client.append([EVENT]);
    } catch (error) {
      return error;
    } finally {
      await client.close();
    }
  }

  test('the authority and the certificate that were given open the door', async () => {
    const { cert, key } = house.issue('caller');
    expect(await append({ ca: house.ca, cert, key })).toEqual([]);
  });

  test('another authority is not trusted, and the error says what to look at', async () => {
    const { cert, key } = house.issue('caller');
    const failed = await append({ ca: stranger.ca, cert, key });
    const message = expect.stringMatching(/tls\.ca.* \/ .*\p{Script=Han}/u);
    expect(failed).toMatchObject({ code: 'tls-failed', retry: true, detail: { fault: 'untrusted' }, message });
  });

  test('without a certificate the door stays shut', async () => {
    expect(await append({ ca: house.ca })).toMatchObject({ retry: true });
  });
});
