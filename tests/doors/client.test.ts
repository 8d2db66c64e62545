import { createClient, type NewEvent } from '@earshot/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFacts, openDoor, openLog } from './running-door.js';

const NOW_MS = Date.UTC(2026, 4, 1, 9);
const clock = () => NOW_MS;
let store: Awaited<ReturnType<typeof openLog>>;

beforeAll(async () => {
  store = await openLog();
});
afterAll(() => store.close());

function words(conversationId: string, segment: number): NewEvent {
  const who = { participantId: 'p', role: 'customer', leg: 'a' } as const;
  const times = { startMs: NOW_MS, endMs: NOW_MS };
  const body = {
    kind: 'utterance',
    ...who,
    segment,
    revision: 0,
    final: true,
    text: `第${segment}句`,
    ...times,
  } as const;
  return { conversationId, atMs: NOW_MS, body };
}

async function segmentsOf(conversationId: string): Promise<number[]> {
  const facts = (await allFacts(store.log)).filter((fact) => fact.conversationId === conversationId);
  return facts.map((fact) => (fact.body.kind === 'utterance' ? fact.body.segment : -1));
}

describe('the client at the real door', () => {
  test('a door that is restarted under a running sender loses nothing and keeps the order', async () => {
    let door = await openDoor(store.log, { clock });
    const { port: grpcPort } = door.addresses().grpc;
    const client = createClient({ address: `127.0.0.1:${grpcPort}` });
    const stream = client.stream();
    const count = 600;
    const answers: Promise<{ ok: boolean }>[] = [];
    for (let n = 0; n < count; n++) {
      await stream.room();
      answers.push(stream.send(words('restarted', n)));
      if (n === 200 || n === 400) {
        await door.stop();
        door = await openDoor(store.log, { clock, grpcPort });
      }
    }
    expect((await Promise.all(answers)).every((answer) => answer.ok)).toBe(true);
    expect([...new Set(await segmentsOf('restarted'))]).toEqual(Array.from({ length: count }, (_, n) => n));
    expect(await client.health()).toBe('serving');
    await door.stop();
    expect(await client.health(500)).toBe('unreachable');
    await client.close();
  });

  test('a batch is answered event by event', async () => {
    const door = await openDoor(store.log, { clock });
    const client = createClient({ address: `127.0.0.1:${door.addresses().grpc.port}` });
    const results = await client.append([words('batch', 0), words('batch', -1), words('batch', 1)]);
    expect(results.map((result) => (result.ok ? 'ok' : result.code))).toEqual(['ok', 'number-out-of-range', 'ok']);
    expect(await segmentsOf('batch')).toEqual([0, 1]);
    await client.close();
    await door.stop();
  });
});
