import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createScope, silentLogger } from '@earshot/kit';
import { assemble, dataFolder, standaloneConfig } from '@earshot/standalone';
import { decodeAlertRecord, TOPICS } from '@earshot/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCall } from '../support/call.js';
import { temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';

const SECRET = Buffer.alloc(32, 5);
let scope = createScope();
let received: { headers: IncomingHttpHeaders; body: string }[] = [];
let port: number;
let dir: string;

beforeEach(async () => {
  scope = createScope();
  received = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  scope.defer('receiver', () => void receiver.close());
  port = (receiver.address() as AddressInfo).port;
  dir = temporaryFolder(scope, 'webhooks');
});
afterEach(() => scope.close());

function start(routes: string, settings: Record<string, unknown> = {}) {
  writeFileSync(join(dir, 'routes.yaml'), routes);
  const given = { dataDir: dir, port: '0', webhookPorts: String(port), webhookPrivate: '127.0.0.1', webhookHttp: 'on' };
  const parsed = standaloneConfig.parse({ ...given, port: 0, ...settings });
  const config = { ...parsed, demo: false, analysis: false };
  const onFatal = (error: Error) => {
    throw error;
  };
  return assemble({ config, folder: dataFolder(dir), logger: silentLogger(), scope, onFatal });
}

const ROUTES = () => `tenant: demo
routes:
  - id: crm
    url: http://127.0.0.1:${port}/hook
    secrets: [{ file: crm }]
    units: [wealth]
`;

test('a sentence of a customer becomes a signed webhook of the whole system, without his words', async () => {
  mkdirSync(join(dir, 'secrets'));
  writeFileSync(join(dir, 'secrets', 'crm'), `whsec_${SECRET.toString('base64')}\n`);
  const system = await start(ROUTES());
  const { grpc } = system.doors;
  const call = await openCall(scope, { grpcAddress: `${grpc.host}:${grpc.port}` }, 'call-1');
  await call.say('customer', '你们经理呢，我要打12315投诉');
  const { headers, body } = await until(() => received[0], 'the webhook');

  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', SECRET).update(signed).digest('base64')}`);
  const { type, data } = JSON.parse(body);
  expect(type).toBe('alert.raised');
  expect(data).toMatchObject({ tenant: 'demo', conversationId: 'call-1', team: { units: ['wealth'] } });
  expect(data.link).toBe(`${system.console.url}/#/c/call-1?alert=${data.alertId}`);
  expect(body).not.toContain('12315');

  const told = await until(async () => {
    for (let partition = 0; partition < system.log.partitions(TOPICS.alerts); partition += 1) {
      for (const { value } of await system.log.read(TOPICS.alerts, partition, 0, 1_000)) {
        const said = decodeAlertRecord(value);
        const one = said.kind === 'alert' ? said.alert.deliveries?.[0] : undefined;
        if (one?.status === 'sent') return one;
      }
    }
    return undefined;
  }, 'the result on the alert');
  expect(told).toMatchObject({ channel: 'webhook', recipient: 'crm', operation: 'raised', code: 'http-204' });
});

test('mistaken routes are refused at the start, with line and column', async () => {
  await expect(start(ROUTES().replace('file: crm', 'plain: whsec_x'))).rejects.toThrow(
    /routes\.yaml:5:\d+ +routes\[0\]\.secrets/,
  );
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ['a private address', { webhookPrivate: '10.0.0.0/8' }, /routes\.yaml:4:\d+ .*private or special/],
  ['plain http', { webhookHttp: 'off' }, /must begin with https:/],
  ['another host', { webhookHosts: 'hooks.example.com' }, /list of allowed hosts/],
])('what the operator does not allow is refused at the start: %s', async (_what, settings, said) => {
  await expect(start(ROUTES(), settings)).rejects.toThrow(said);
});
