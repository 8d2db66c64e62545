import { connect, type Socket } from 'node:net';
import { encodeAppendEventsRequest, IngestServiceService } from '@earshot/wire';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { seeded } from '../../packages/privacy/test/generator.js';
import type { Product } from '../support/product.js';

export interface Answer {
  attack: string;
  status: number;
  /** The stable word of the refusal; absent if there was none. */
  code?: string;
}

const now = Date.now();
const utterance = {
  kind: 'utterance',
  participantId: 'p',
  role: 'customer',
  leg: 'a',
  segment: 0,
  text: 'x',
  startMs: now,
  endMs: now,
};
const year = 365 * 24 * 3_600_000;

/** Each of these must be refused with a code, as a whole or event by event. */
export const HTTP_ATTACKS: readonly (readonly [string, string | Buffer, string?])[] = [
  ['cut-off JSON', '{"kind":"ended"'],
  ['deep nesting', '['.repeat(200_000)],
  ['deep object', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  ['wide object', `{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":1`).join(',')}}`],
  ['huge number', `{"kind":"ended","atMs":1e999}`],
  ['1 MB of text', JSON.stringify({ ...utterance, text: '长'.repeat(330_000) })],
  ['more than a body may hold', 'x'.repeat(1_100_000)],
  ['100 KB of text', JSON.stringify({ ...utterance, text: 'x'.repeat(100_000) })],
  ['an unknown role', JSON.stringify({ ...utterance, role: 'king' })],
  ['a role of another kind', JSON.stringify({ ...utterance, role: 7 })],
  ['the far future', JSON.stringify({ ...utterance, startMs: now, endMs: now + 3 * year })],
  ['before time', JSON.stringify({ ...utterance, startMs: 1, endMs: 2 })],
  ['backwards in time', JSON.stringify({ ...utterance, endMs: now - 60_000 })],
  ['a lone surrogate', `${JSON.stringify(utterance).slice(0, -1)},"participantId":"\\ud800"}`],
  ['prototype pollution', `{"__proto__":{"admin":true},"kind":"ended","atMs":${now}}`],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ['501 lines', Array.from({ length: 501 }, () => '{"kind":"ended","atMs":1}').join('\n'), 'application/x-ndjson'],
  ['lines of rubbish', 'a\n{\n\u0000\n', 'application/x-ndjson'],
  ['a type that nobody speaks', '<a/>', 'text/xml'],
];

export async function attackHttp({ httpUrl }: Product): Promise<Answer[]> {
  return Promise.all(
    HTTP_ATTACKS.map(async ([attack, body, type = 'application/json']) => {
      const request = {
        method: 'POST',
        headers: { 'content-type': type },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      };
      const answer = await fetch(`${httpUrl}/v1/conversations/attacked/events`, request);
      const said = (await answer.json()) as { code?: string; results?: { refused?: { code: string } }[] };
      const code = said.code ?? said.results?.find((one) => one.refused)?.refused?.code;
      return { attack, status: answer.status, ...(code === undefined ? {} : { code }) };
    }),
  );
}

/** With a key where none is known, and a key that is none. */
export async function attackWithKeys({ httpUrl, consoleUrl }: Product): Promise<Answer[]> {
  const places = [`${httpUrl}/v1/conversations/attacked/events`, `${consoleUrl}/v1/admin/sql`];
  return Promise.all(
    places.map(async (place) => {
      const headers = { authorization: 'Bearer esk_unknown_key', 'content-type': 'application/json' };
      const answer = await fetch(place, { method: 'POST', headers, body: '{}' });
      return {
        attack: `an unknown key at ${new URL(place).pathname}`,
        status: answer.status,
        code: ((await answer.json()) as { code: string }).code,
      };
    }),
  );
}

/** Requests that were whole once: cut, or with bytes changed. Resolves to the gRPC status names that came back. */
export async function attackGrpc({ grpcAddress }: Product, seed: number, count: number): Promise<Set<number>> {
  const random = seeded(seed);
  const { kind: _kind, ...rest } = utterance;
  const event = {
    conversationId: 'mutated',
    eventId: '',
    atMs: now,
    body: { kind: 'utterance' as const, ...rest, role: 'customer' as const, revision: 0, final: true },
  };
  const whole = Buffer.from(encodeAppendEventsRequest([event, event, event]));
  const client = new Client(grpcAddress, credentials.createInsecure());
  const asIs = (bytes: Buffer) => bytes;
  const statuses = await Promise.all(
    Array.from({ length: count }, () => {
      const bytes = Buffer.from(random() < 0.4 ? whole.subarray(0, Math.floor(random() * whole.length)) : whole);
      for (let changes = Math.floor(random() * 6); changes >= 0 && bytes.length > 0; changes -= 1) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      return new Promise<number>((resolve) => {
        client.makeUnaryRequest(
          IngestServiceService.appendEvents.path,
          asIs,
          asIs,
          bytes,
          (error: ServiceError | null) => resolve(error?.code ?? 0),
        );
      });
    }),
  );
  client.close();
  return new Set(statuses);
}

/** Connections that send their request a byte at a time, and some that send rubbish. */
export function attackSlowly(product: Product, count: number): { stop(): void } {
  const ports = [product.httpUrl, product.consoleUrl, `http://${product.grpcAddress}`].map((url) =>
    Number(new URL(url).port),
  );
  const sockets: Socket[] = Array.from({ length: count }, (_, n) => connect(ports[n % 3] as number, '127.0.0.1'));
  for (const [n, socket] of sockets.entries()) {
    socket.on('error', () => undefined).resume();
    if (n % 5 === 0) socket.write(Buffer.from('\u0000\u0001rubbish\r\n\r\n'));
    else socket.write('POST /v1/conversations/slow/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n');
  }
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('X');
  }, 200);
  return {
    stop() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}
