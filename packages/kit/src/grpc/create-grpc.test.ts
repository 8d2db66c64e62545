import http2 from 'node:http2';
import { connect, createServer } from 'node:net';
import { EarshotError } from '@earshot/model';
import { decodeStatus, STATUS_DETAILS_TRAILER } from '@earshot/wire';
import { reflectionPackageDefinition } from '@earshot/wire/reflection';
import { Client, credentials, type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Principal } from '../access/principal.js';
import { createLogger } from '../logger.js';
import { createMetrics } from '../metrics.js';
import { createGrpc } from './create-grpc.js';
import { CODE_TRAILER, DetailedError } from './grpc-error.js';

const encode = (value: { say: string }) => Buffer.from(JSON.stringify(value));
const decode = (bytes: Buffer): { say: string } => JSON.parse(bytes.toString());
const codec = {
  requestSerialize: encode,
  requestDeserialize: decode,
  responseSerialize: encode,
  responseDeserialize: decode,
};
const echo = {
  once: { path: '/test.Echo/Once', requestStream: false as const, responseStream: false as const, ...codec },
  many: { path: '/test.Echo/Many', requestStream: true as const, responseStream: true as const, ...codec },
};
const key: Principal = { kind: 'integration', tenant: 'bank', keyId: 'k', scopes: ['ingest:write'] };

const lines: string[] = [];
let cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  cleanups = [];
  lines.length = 0;
});

async function started(options: { who?: () => Principal | undefined; hold?: Promise<void> } = {}) {
  const logger = createLogger({ service: 't', level: 'debug', to: { write: (line) => void lines.push(line) } });
  const metrics = createMetrics();
  const grpc = createGrpc({
    logger,
    metrics,
    authenticate: options.who ?? (() => key),
    reflection: async () => reflectionPackageDefinition(),
  });
  cleanups.push(() => grpc.stop(1_000));
  let entered = () => {};
  const inHand = new Promise<void>((resolve) => {
    entered = resolve;
  });
  grpc.addService(
    'test.Echo',
    echo,
    { once: 'ingest.append', many: 'ingest.append' },
    {
      async once(request) {
        if (request.say === 'break') throw new Error('canary');
        if (request.say === 'explain')
          throw new DetailedError('invalid', '不对', [{ message: 'a.B', bytes: encode(request) }]);
        if (request.say === 'refuse') throw new EarshotError('log-full', 'no room', { retry: true });
        entered();
        await options.hold;
        return request;
      },
      async many(stream) {
        for await (const message of stream.messages) {
          if (message.say === 'break') throw new EarshotError('invalid', 'not like this');
          await stream.send(message);
        }
      },
    },
  );
  const { port } = await grpc.listen({ host: '127.0.0.1', port: 0 });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  cleanups.push(() => client.close());
  return { grpc, client, metrics, inHand, port };
}

function call(client: Client, bytes: Buffer | { say: string }): Promise<{ say: string }> {
  const serialize = (value: Buffer | { say: string }) => (Buffer.isBuffer(value) ? value : encode(value));
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(echo.once.path, serialize, decode, bytes, (error, value) =>
      error ? reject(error) : resolve(value as { say: string }),
    );
  });
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: ServiceError & { metadata: Metadata }) => ({
      code: error.code,
      ours: error.metadata.get(CODE_TRAILER)[0],
      said: error.details,
    }),
  );

describe('methods and their policies', () => {
  test('a method without a policy cannot be added', () => {
    const grpc = createGrpc({ logger: createLogger({ service: 't', level: 'silent' }), authenticate: () => key });
    const policies = { once: 'ingest.append' } as Record<keyof typeof echo, 'ingest.append'>;
    const never = async () => expect.unreachable();
    expect(() => grpc.addService('test.Echo', echo, policies, { once: never, many: never })).toThrow(
      /Many has no policy/,
    );
  });

  test('every method in the registry of grpc-js has a policy of the table', async () => {
    const { grpc } = await started();
    const { handlers } = grpc.server as unknown as { handlers: Map<string, unknown> };
    expect([...handlers.keys()].sort()).toEqual(grpc.methods.map((method) => method.path).sort());
    expect(grpc.methods.length).toBeGreaterThan(4);
  });

  test.each([
    ['nobody', undefined, status.UNAUTHENTICATED, 'unauthenticated'],
    ['a key without the scope', { ...key, scopes: [] }, status.PERMISSION_DENIED, 'scope-missing'],
  ])('%s is refused before the handler', async (_title, who, code, ours) => {
    const { client } = await started({ who: () => who });
    expect(await failure(call(client, { say: 'x' }))).toMatchObject({ code, ours });
  });

  test('a stranger is refused before the message, which nobody waits for or keeps; it counts as a call', async () => {
    const { metrics, port } = await started({ who: () => undefined });
    const session = http2.connect(`http://127.0.0.1:${port}`);
    cleanups.push(() => session.destroy());
    for (const path of [echo.once.path, echo.many.path]) {
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const answer = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve));
      expect(answer).toMatchObject({
        'grpc-status': String(status.UNAUTHENTICATED),
        [CODE_TRAILER]: 'unauthenticated',
      });
    }
    expect((await metrics.text()).match(/earshot_grpc_calls_total\{.*code="unauthenticated"\} 1/g)).toHaveLength(2);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['a coded error', { say: 'refuse' }, status.RESOURCE_EXHAUSTED, 'log-full'],
    ['a foreign error', { say: 'break' }, status.INTERNAL, 'internal'],
    ['bytes that are no message', Buffer.from('canary'), status.INVALID_ARGUMENT, 'undecodable'],
  ])('%s arrives with its code and without the input; the next call is answered', async (_title, bytes, code, ours) => {
    const { client } = await started();
    const failed = await failure(call(client, bytes));
    expect(failed).toMatchObject({ code, ours });
    expect(JSON.stringify(failed) + lines.join('')).not.toContain('canary');
    expect(await call(client, { say: 'hello' })).toEqual({ say: 'hello' });
  });

  test('typed messages come with a coded error as details of the status', async () => {
    const { client } = await started();
    const error: ServiceError = await call(client, { say: 'explain' }).then(
      () => expect.unreachable(),
      (thrown: ServiceError) => thrown,
    );
    const [bytes] = error.metadata.get(STATUS_DETAILS_TRAILER);
    const { code, message, details } = decodeStatus(bytes as Buffer);
    expect([code, message]).toEqual([error.code, error.details]);
    expect(details.map((one) => [one.message, decode(Buffer.from(one.bytes))])).toEqual([['a.B', { say: 'explain' }]]);
  });

  test('a message over the limit is refused and costs nobody else anything', async () => {
    const { client } = await started();
    const failed = await failure(call(client, { say: 'x'.repeat(300_000) }));
    expect(failed.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(await call(client, { say: 'hello' })).toEqual({ say: 'hello' });
  });

  test('a stream ends with the code of what went wrong in it', async () => {
    const { client, metrics } = await started();
    const stream = client.makeBidiStreamRequest(echo.many.path, encode, decode);
    const got: string[] = [];
    stream.on('data', (message: { say: string }) => got.push(message.say));
    const ended = new Promise<ServiceError>((resolve) => stream.on('error', (error: ServiceError) => resolve(error)));
    stream.write({ say: 'one' });
    stream.write({ say: 'break' });
    expect((await ended).code).toBe(status.INVALID_ARGUMENT);
    expect(got).toEqual(['one']);
    expect(await metrics.text()).toContain('code="invalid"');
  });

  test('a call with one answer is timed, and a stream, which lasts as long as it likes, is not', async () => {
    const { client, metrics } = await started();
    await call(client, { say: 'hello' });
    const stream = client.makeBidiStreamRequest(echo.many.path, encode, decode);
    const ended = new Promise((resolve) => stream.resume().once('end', resolve));
    stream.end();
    await ended;
    const counts = (await metrics.text()).match(/^earshot_grpc_call_duration_seconds_count.*$/gm);
    expect(counts).toEqual([`earshot_grpc_call_duration_seconds_count{method="${echo.once.path}"} 1`]);
  });

  test('a taken port is said in one coded line', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    cleanups.push(() => holder.close());
    const { port } = holder.address() as { port: number };
    const grpc = createGrpc({ logger: createLogger({ service: 't', level: 'silent' }), authenticate: () => key });
    await expect(grpc.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'port-taken' });
  });
});

describe('coming and going', () => {
  const check = (client: Client, name: string) =>
    new Promise<string>((resolve, reject) => {
      const method = healthService.Check;
      if (!method) return reject(new Error('no Check'));
      const { path, requestSerialize, responseDeserialize } = method;
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { service: name }, (error, answer) =>
        error ? reject(error) : resolve((answer as { status: string }).status),
      );
    });

  test('health says serving for the server and each service', async () => {
    const { client } = await started();
    expect(await Promise.all([check(client, ''), check(client, 'test.Echo')])).toEqual(['SERVING', 'SERVING']);
  });

  test('reflection lists the services of the wire package', async () => {
    const { client } = await started();
    const same = (bytes: Buffer) => bytes;
    const stream = client.makeBidiStreamRequest(
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      same,
      same,
    );
    const answered = new Promise<Buffer>((resolve) => stream.once('data', resolve));
    stream.write(Buffer.from([0x3a, 0x01, 0x2a]));
    expect((await answered).toString('latin1')).toContain('earshot.v1.IngestService');
    stream.end();
  });

  test('stopping finishes the call in hand and takes no new one', async () => {
    let release = () => {};
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { grpc, client, inHand, port } = await started({ hold });
    const first = call(client, { say: 'first' });
    await inHand;
    const stopped = grpc.stop(5_000);
    const second = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    expect((await failure(call(second, { say: 'late' }))).code).toBe(status.UNAVAILABLE);
    second.close();
    release();
    expect(await first).toEqual({ say: 'first' });
    await stopped;
  });

  test('an open stream is ended with a code that says to come back', async () => {
    const { grpc, client } = await started();
    const stream = client.makeBidiStreamRequest(echo.many.path, encode, decode);
    const ended = failure(new Promise((_, reject) => stream.on('error', reject)));
    const first = new Promise((resolve) => stream.once('data', resolve));
    stream.write({ say: 'one' });
    await first;
    await grpc.stop(5_000);
    expect(await ended).toMatchObject({ code: status.UNAVAILABLE, ours: 'stopping' });
  });

  test('a watcher of health does not hold the stop up until its deadline', async () => {
    const { grpc, client } = await started();
    const method = healthService.Watch;
    if (!method) throw new Error('no Watch');
    const watch = client.makeServerStreamRequest(method.path, method.requestSerialize, method.responseDeserialize, {
      service: '',
    });
    watch.on('error', () => {});
    await new Promise((resolve) => watch.once('data', resolve));
    // Held up, this would outlive the test's own deadline.
    await grpc.stop(60_000);
  });

  test('a connection that never spoke does not hold it up either', async () => {
    const { grpc, port } = await started();
    const silent = connect(port, '127.0.0.1').resume();
    await new Promise((resolve) => silent.once('connect', resolve));
    const closed = new Promise((resolve) => silent.once('close', resolve));
    await grpc.stop(60_000);
    await closed;
  });
});
