import { createHints, type Medium } from '@earshot/hints';
import { createHouse } from '@earshot/hints/embedded';
import { createScope } from '@earshot/kit';
import { newApiKey } from '@earshot/kit/access';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOW_MS, startIngest } from './testing/start-ingest.js';

let scope: ReturnType<typeof createScope>;
beforeEach(() => {
  scope = createScope();
});
afterEach(() => scope.close());

const keys = ['loud', 'quiet'].map((id) => ({ id, ...newApiKey(id) }));
const apiKeys = keys.map(({ id, sha256 }) => ({ id, tenant: 'bank', sha256, scopes: ['ingest:write' as const] }));
const [loud = '', quiet = ''] = keys.map(({ key }) => key);

interface Answer {
  acknowledged: number;
  refused: number;
  results: { refused?: { code: string; retry: boolean; retryAfterMs?: number } }[];
}

const words = (segment: number) => {
  const spoken = { text: '您好', startMs: NOW_MS - 2_000, endMs: NOW_MS - 1_000 };
  return { kind: 'utterance', participantId: 'p1', role: 'customer', leg: 'a', segment, ...spoken };
};

/** A door whose seconds never end, with hints shared through this place; `beat` lets it ask there. */
async function openDoor(node: string, medium: Medium, eventsPerSecond: number) {
  const beats: (() => void)[] = [];
  const every = (_ms: number, run: () => void) => {
    beats.push(run);
    return () => undefined;
  };
  const hints = createHints({ medium, node, clock: { now: () => NOW_MS, every, after: () => () => undefined } });
  const door = await startIngest({ apiKeys, perKey: { hints, eventsPerSecond } });
  scope.defer(node, () => door.close());
  const send = async (key: string, count: number) => {
    const answer = await fetch(`${door.url}/v1/conversations/c1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: count }, (_, segment) => words(segment))),
    });
    return { status: answer.status, after: answer.headers.get('retry-after'), ...((await answer.json()) as Answer) };
  };
  const beat = async () => {
    for (const run of beats) run();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { send, beat };
}

test('a credential that sends too much is told when to come back, event by event; others are not slowed', async () => {
  const { send } = await openDoor('one', createHouse().medium(), 5);
  const answer = await send(loud, 8);
  expect([answer.status, answer.acknowledged, answer.refused]).toEqual([207, 5, 3]);
  const refused = answer.results.flatMap((one) => one.refused ?? []);
  expect(refused).toEqual(
    Array.from({ length: 3 }, () =>
      expect.objectContaining({ code: 'rate-limited', retry: true, retryAfterMs: 1_000 }),
    ),
  );
  expect(await send(loud, 1)).toMatchObject({ status: 429, after: '1' });
  expect(await send(quiet, 5)).toMatchObject({ status: 200, acknowledged: 5 });
});

test('what was sent to another door counts here', async () => {
  const house = createHouse();
  const [one, two] = [await openDoor('one', house.medium(), 5), await openDoor('two', house.medium(), 5)];
  expect(await one.send(loud, 3)).toMatchObject({ acknowledged: 3 });
  expect(await two.send(loud, 1)).toMatchObject({ acknowledged: 1 });
  await one.beat();
  await two.beat();
  expect(await two.send(loud, 3)).toMatchObject({ acknowledged: 1, refused: 2 });
});

test('a place that never answers makes nobody wait and refuses nobody', async () => {
  const never = <T>() => new Promise<T>(() => undefined);
  const medium: Medium = { present: never, count: never, giveUp: () => undefined, close: () => undefined };
  const { send, beat } = await openDoor('one', medium, 50);
  for (let n = 0; n < 5; n += 1) {
    expect(await send(loud, 10)).toMatchObject({ status: 200, acknowledged: 10 });
    await beat();
  }
});
