import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { kafkaClient } from './connection.js';
import { openKafkaLog } from './index.js';
import { answerIn, askPort } from './probe.js';
import { hostOf, saslOptions, socketsOf } from './security.js';

const sasl = { mechanism: 'plain', user: 'earshot', password: { reveal: () => 'canary' } } as const;

test.each([
  'kafka.example:9092',
  '10.0.0.1:9092',
  '[2001:db8::1]:9092',
  '127.0.0.1.example:9092',
  'localhost.example:9092',
])('a password in plain text does not go to %s', async (broker) => {
  const thrown = await openKafkaLog({ brokers: [broker], node: 'n', sasl, topics: {} }).catch(
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ code: 'kafka-plain-refused', detail: { exitCode: 2 } });
  expect(inspect(thrown, { depth: 9 })).not.toContain('canary');
});

test.each(['127.0.0.1:9092', 'localhost:9092', '[::1]:9092'])('on this machine, at %s, it may', (broker) => {
  expect(() => kafkaClient({ brokers: [broker], node: 'n', sasl }, 'test', 0, () => undefined)).not.toThrow();
});

test('a broker on this machine cannot send the password on to another machine in plain text', () => {
  const connect = socketsOf({ sasl });
  const at = { host: '10.0.0.1', port: 9092, ssl: {}, onConnect: () => undefined };
  expect(() => connect(at)).toThrow(expect.objectContaining({ code: 'kafka-plain-refused' }));
});

test('the password is looked up when it is used, and not shown before', () => {
  const options = saslOptions(sasl);
  expect(inspect(options)).not.toContain('canary');
  expect(options).toMatchObject({ username: 'earshot', password: 'canary' });
});

test.each([
  ['kafka:9093', 'kafka', 9093],
  ['[::1]:9092', '::1', 9092],
])('%s', (broker, host, port) => {
  expect(hostOf(broker)).toEqual({ host, port });
});

/** As a broker answers a question for mechanisms: length, correlation, error, names. */
function answer(error: number, mechanisms: string[], correlation = 0x65617273): Buffer {
  const names = mechanisms.map((name) => Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name)]));
  const head = Buffer.alloc(10);
  head.writeInt32BE(correlation, 0);
  head.writeInt16BE(error, 4);
  head.writeInt32BE(mechanisms.length, 6);
  const body = Buffer.concat([head, ...names]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

test('a port is understood byte by byte, and what is not Kafka is not taken for it', () => {
  const whole = answer(33, ['SCRAM-SHA-512', 'PLAIN']);
  for (let bytes = 0; bytes < whole.length; bytes += 1) expect(answerIn(whole.subarray(0, bytes))).toBeUndefined();
  expect(answerIn(whole)).toEqual({ kafka: true, mechanisms: ['SCRAM-SHA-512', 'PLAIN'] });
  expect(answerIn(answer(34, []))).toEqual({ kafka: true, mechanisms: [] });
  expect(answerIn(answer(0, [], 7))).toEqual({ kafka: false });
  expect(answerIn(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toEqual({ kafka: false });
  expect(answerIn(Buffer.from([0x15, 3, 3, 0, 2, 2, 80]))).toEqual({ kafka: false });
  const lying = answer(33, ['PLAIN']);
  lying.writeInt32BE(2_000_000, 10);
  expect(answerIn(lying)).toMatchObject({ kafka: true });
});

test('a port that hangs up, or that nobody listens on, is no Kafka', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  try {
    expect(await askPort({ host: '127.0.0.1', port }, 'plain')).toEqual({ kafka: false });
    expect(await askPort({ host: '127.0.0.1', port }, 'tls')).toEqual({ kafka: false });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  expect(await askPort({ host: '127.0.0.1', port }, 'plain')).toEqual({ kafka: false });
});
