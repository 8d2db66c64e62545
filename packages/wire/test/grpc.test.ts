import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Client, credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { afterEach, expect, test } from 'vitest';
import {
  type AppendEventsResponse,
  eventFromWire,
  eventToWire,
  IngestServiceClient,
  type IngestServiceServer,
  IngestServiceService,
} from '../src/index.js';
import { reflectionPackageDefinition } from '../src/reflection.js';
import { bodies, eventOf } from './samples.js';

const cleanups: (() => void)[] = [];
afterEach(() => {
  while (cleanups.length > 0) cleanups.pop()?.();
});

async function listen(register: (server: Server) => void): Promise<string> {
  const server = new Server();
  cleanups.push(() => server.forceShutdown());
  register(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return `127.0.0.1:${port}`;
}

test('events cross a real gRPC connection unchanged, both as a batch and as a stream', async () => {
  const result = (eventId: string) => ({
    eventId,
    outcome: { $case: 'acknowledged' as const, acknowledged: { partition: 0, offset: 5, spooled: false } },
  });
  const heard: unknown[] = [];
  const service: IngestServiceServer = {
    appendEvents(call, reply) {
      heard.push(...call.request.events.map(eventFromWire));
      reply(null, { results: call.request.events.map((event) => result(event.eventId)) });
    },
    streamEvents(call) {
      call.on('data', ({ sequence, event }) => {
        if (event) heard.push(eventFromWire(event));
        call.write({ sequence, result: result('e-1') });
      });
      call.on('end', () => call.end());
    },
  };
  const address = await listen((server) => server.addService(IngestServiceService, service));
  const client = new IngestServiceClient(address, credentials.createInsecure());
  cleanups.push(() => client.close());

  const events = Object.values(bodies).map(eventOf);
  const answer = await new Promise<AppendEventsResponse>((resolve, reject) => {
    client.appendEvents({ events: events.map(eventToWire) }, (error, response) =>
      error ? reject(error) : resolve(response),
    );
  });
  expect(heard).toStrictEqual(events);
  expect(answer.results[0]).toEqual(result('e-1'));

  const stream = client.streamEvents();
  const sequences: number[] = [];
  stream.write({ sequence: 7, event: eventToWire(eventOf(bodies.utterance)) });
  stream.end();
  for await (const { sequence } of stream) sequences.push(sequence);
  expect(sequences).toEqual([7]);
  expect(heard.at(-1)).toStrictEqual(eventOf(bodies.utterance));
});

/** One request to the reflection service: its field number and text, as the public protocol numbers them. */
async function ask(client: Client, field: number, value: string): Promise<Uint8Array> {
  const identity = (bytes: Uint8Array) => Buffer.from(bytes);
  const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
  const call = client.makeBidiStreamRequest(path, identity, (bytes: Buffer) => bytes);
  call.write(
    new BinaryWriter()
      .uint32((field << 3) | 2)
      .string(value)
      .finish(),
  );
  call.end();
  for await (const answer of call) return answer;
  throw new Error('no answer');
}

/** The bytes of every length-delimited field with this number. */
function parts(bytes: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted && type === 2) found.push(reader.bytes());
    else reader.skip(type);
  }
  return found;
}

test('a client that knows nothing learns the service and its messages by reflection', async () => {
  const address = await listen((server) => new ReflectionService(reflectionPackageDefinition()).addToServer(server));
  const client = new Client(address, credentials.createInsecure());
  cleanups.push(() => client.close());

  const listed = parts(await ask(client, 7, '*'), 6).flatMap((list) => parts(list, 1));
  const names = listed.flatMap((one) => parts(one, 1)).map((name) => Buffer.from(name).toString());
  expect(names).toContain('earshot.v1.IngestService');

  const described = parts(await ask(client, 4, 'earshot.v1.IngestService'), 4).flatMap((one) => parts(one, 1));
  const files = described.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  expect(files.map((file) => file.name).sort()).toEqual(['earshot/v1/event.proto', 'earshot/v1/ingest_service.proto']);
  const service = files.flatMap((file) => file.service)[0];
  expect(service?.method.map((method) => method.name)).toEqual(['StreamEvents', 'AppendEvents']);
});
