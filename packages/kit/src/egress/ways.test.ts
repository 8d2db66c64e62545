import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createScope } from '../scope.js';
import { Secret } from '../secret.js';
import { createEgress, type EgressSettings } from './egress.js';

let scope = createScope();
afterEach(async () => {
  await scope.close();
  scope = createScope();
});

const signal = new AbortController().signal;
const request = (url: string) => ({ url, headers: { 'x-mark': 'kept' }, body: '{"a":1}' });

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scope.defer('server', () => void server.close());
  return (server.address() as AddressInfo).port;
}

function open(port: number, more: Partial<EgressSettings>) {
  const settings = { ports: [port], http: true, privateRanges: ['127.0.0.1'], timeoutMs: 2_000, ...more };
  const egress = createEgress(settings, async () => ['127.0.0.1']);
  scope.defer('egress', () => egress.close());
  return egress;
}

describe('through a proxy', () => {
  test('goes what may go, with the name for the proxy to resolve; nothing else reaches it', async () => {
    const received: string[] = [];
    const target = createServer((incoming, response) => {
      received.push(String(incoming.headers['x-mark']));
      incoming.resume().on('end', () => response.writeHead(202).end());
    });
    const targetPort = await listen(target);
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (incoming, socket, head) => {
      asked.push(`${incoming.url} ${incoming.headers['proxy-authorization'] ?? ''}`);
      const onward = connect(targetPort, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    const proxyPort = await listen(proxy);
    const egress = open(targetPort, {
      hosts: ['hooks.example.com'],
      proxy: new Secret(`http://user:word@127.0.0.1:${proxyPort}`),
    });
    expect(await egress.post(request(`http://hooks.example.com:${targetPort}/`), signal)).toMatchObject({
      status: 202,
    });
    expect(received).toEqual(['kept']);
    expect(asked).toEqual([`hooks.example.com:${targetPort} Basic ${Buffer.from('user:word').toString('base64')}`]);
    expect(await egress.post(request(`http://other.example:${targetPort}/`), signal)).toMatchObject({
      code: 'host-not-allowed',
    });
    expect(asked).toHaveLength(1);
  });

  test('that is dead is a passing fault', async () => {
    const egress = open(443, { hosts: ['hooks.example.com'], proxy: new Secret('http://127.0.0.1:9') });
    const answer = await egress.post(request('https://hooks.example.com/'), signal);
    expect(answer).toMatchObject({ kind: 'failed', mistaken: false });
  });
});

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('over TLS', () => {
  test('an authority of the operator is trusted for its name alone, and without it nobody is', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'earshot-tls-'));
    scope.defer('folder', () => rmSync(dir, { recursive: true, force: true }));
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=hooks.example.com', '-addext', 'subjectAltName=DNS:hooks.example.com'];
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ];
    expect(spawnSync('openssl', made).status).toBe(0);
    const pem = readFileSync(cert, 'utf8');
    const target = createTlsServer({ key: readFileSync(key), cert: pem }, (incoming, response) => {
      incoming.resume().on('end', () => response.writeHead(200).end());
    });
    const port = await listen(target);
    const trusting = open(port, { http: false, ca: [pem] });
    expect(await trusting.post(request(`https://hooks.example.com:${port}/`), signal)).toMatchObject({ status: 200 });
    const other = { kind: 'failed', code: 'tls', mistaken: true };
    expect(await trusting.post(request(`https://other.example.com:${port}/`), signal)).toEqual(other);
    expect(await open(port, { http: false }).post(request(`https://hooks.example.com:${port}/`), signal)).toEqual(
      other,
    );
  });
});
