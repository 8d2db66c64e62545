import {
  eventFromWire,
  IngestServiceService,
  type StreamEventsRequest,
  type StreamEventsResponse,
} from '@earshot/wire';
import { Metadata, Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClient, type EarshotClient, type NewEvent } from './index.js';

type Call = ServerDuplexStream<StreamEventsRequest, StreamEventsResponse>;
type Behaviour = (call: Call, request: StreamEventsRequest, door: Door) => void;

/** A door whose log is an array and whose manners the test decides. */
class Door {
  readonly log: number[] = [];
  readonly metadata: Metadata[] = [];
  port = 0;
  connections = 0;
  #server = new Server();
  readonly #behave: Behaviour;

  constructor(behave: Behaviour) {
    this.#behave = behave;
  }

  async open(): Promise<void> {
    this.#server = new Server();
    this.#server.addService(IngestServiceService, {
      streamEvents: (call: Call) => {
        this.connections += 1;
        this.metadata.push(call.metadata);
        call.on('data', (request: StreamEventsRequest) => this.#behave(call, request, this));
        call.on('end', () => call.end());
        call.on('error', () => {});
      },
      appendEvents: (_call: unknown, callback: (error: object) => void) =>
        callback({ code: status.UNAUTHENTICATED, details: 'no', metadata: trailers('unauthenticated') }),
    });
    this.port = await new Promise<number>((resolve, reject) => {
      const address = `127.0.0.1:${this.port}`;
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  /** Cuts every line, as a dying process does. */
  kill(): void {
    this.#server.forceShutdown();
  }
}

const trailers = (code: string) => {
  const metadata = new Metadata();
  metadata.set('earshot-code', code);
  return metadata;
};

function keep(call: Call, { sequence, event }: StreamEventsRequest, door: Door): void {
  const { body } = eventFromWire(event ?? expect.unreachable());
  if (body.kind === 'utterance') door.log.push(body.segment);
  const acknowledged = { partition: 0, offset: door.log.length - 1, spooled: false };
  call.write({ sequence, result: { eventId: 'x', outcome: { $case: 'acknowledged', acknowledged } } });
}

const words = (segment: number, text = '您好'): NewEvent => ({
  conversationId: 'c1',
  atMs: 1_700_000_000_000,
  body: {
    kind: 'utterance',
    participantId: 'p',
    role: 'customer',
    leg: 'a',
    segment,
    revision: 0,
    final: true,
    text,
    startMs: 1_700_000_000_000,
    endMs: 1_700_000_000_000,
  },
});

let door: Door;
let client: EarshotClient;

async function open(behave: Behaviour, options: { window?: number; giveUpMs?: number; apiKey?: string } = {}) {
  door = new Door(behave);
  await door.open();
  client = createClient({ address: `127.0.0.1:${door.port}`, ...options });
  return client.stream();
}

afterEach(async () => {
  door.kill();
  await client.close();
});

describe('a stream of events', () => {
  test('every send is answered for itself, in the order sent', async () => {
    const stream = await open(keep, { apiKey: 'k' });
    const results = await Promise.all(Array.from({ length: 500 }, (_, n) => stream.send(words(n))));
    expect(results.map((result) => result.ok && result.offset)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(door.log).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(door.metadata[0]?.get('authorization')).toEqual(['Bearer k']);
  });

  test('no more than the window is on the way at once', async () => {
    const held: (() => void)[] = [];
    const stream = await open((call, request, at) => void held.push(() => keep(call, request, at)), { window: 4 });
    const sent = Promise.all(Array.from({ length: 12 }, (_, n) => stream.send(words(n))));
    let most = 0;
    for (let answered = 0; answered < 12; answered++) {
      await vi.waitFor(() => expect(held.length).toBeGreaterThan(0), { timeout: 2_000, interval: 1 });
      most = Math.max(most, held.length);
      held.shift()?.();
    }
    await sent;
    expect(most).toBeLessThanOrEqual(4);
    expect(door.log).toHaveLength(12);
  });

  test('a door that dies in the middle and comes back has everything at least once, in order, and each send is answered once', async () => {
    let kills = 0;
    const stream = await open((call, request, at) => {
      const segment = request.event?.body?.$case === 'utterance' ? request.event.body.utterance.segment : -1;
      // Dies after it has kept the event and before it could say so.
      if (segment === 30 * (kills + 1) && kills < 3) {
        kills += 1;
        at.log.push(segment);
        at.kill();
        void at.open();
        return;
      }
      keep(call, request, at);
    });
    const results = await Promise.all(Array.from({ length: 120 }, (_, n) => stream.send(words(n))));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(kills).toBe(3);
    expect([...new Set(door.log)]).toEqual(Array.from({ length: 120 }, (_, n) => n));
    expect(door.log.length).toBeGreaterThan(120);
  });

  test('a refusal is a result, not an error', async () => {
    const refused = { code: 'text-too-long', message: 'at most 8 KB', retry: false };
    const stream = await open((call, { sequence }) =>
      call.write({ sequence, result: { eventId: 'x', outcome: { $case: 'refused', refused } } }),
    );
    expect(await stream.send(words(0))).toEqual({ ok: false, eventId: 'x', ...refused });
  });

  test.each([
    ['half a character', words(0, 'a\ud800'), 'invalid'],
    ['half a megabyte', words(0, 'x'.repeat(500_000)), 'too-large'],
  ])('%s is refused before it leaves, and the others go on', async (_title, event, code) => {
    const stream = await open(keep);
    const [bad, good] = await Promise.all([stream.send(event), stream.send(words(1))]);
    expect(bad).toMatchObject({ ok: false, code });
    expect(good.ok).toBe(true);
    expect(door.log).toEqual([1]);
  });

  test('a key that is not taken ends the stream with its code, without trying again', async () => {
    const ending = { code: status.UNAUTHENTICATED, details: 'no', metadata: trailers('key-expired') };
    const stream = await open((call) => void call.emit('error', ending));
    await expect(stream.send(words(0))).rejects.toMatchObject({ code: 'key-expired', retry: false });
    await expect(stream.send(words(1))).rejects.toMatchObject({ code: 'key-expired' });
    expect(door.connections).toBe(1);
  });

  test('a door that stays away gives the events back as unreachable', async () => {
    const stream = await open(keep, { giveUpMs: 50 });
    door.kill();
    await expect(stream.send(words(0))).rejects.toMatchObject({ code: 'unreachable', retry: true });
  });

  test('closing waits for the answers', async () => {
    const stream = await open(keep);
    const sent = stream.send(words(0));
    await stream.close();
    expect((await sent).ok).toBe(true);
    await expect(stream.send(words(1))).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('beside the stream', () => {
  test('a batch that is not taken rejects with the code of the door', async () => {
    await open(keep);
    await expect(client.append([words(0)])).rejects.toMatchObject({ code: 'unauthenticated', retry: false });
  });

  test('a door that is not there is unreachable', async () => {
    await open(keep);
    door.kill();
    expect(await client.health(500)).toBe('unreachable');
  });
});
