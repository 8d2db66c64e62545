import { expect, test } from 'vitest';
import { createHouse } from './embedded/index.js';
import { createHints } from './hints.js';
import type { Medium } from './medium.js';
import type { Hints } from './port.js';
import { ManualClock } from './testing/manual-clock.js';

const attempt = { tenant: 'bank', what: 'sign-in', who: 'somebody' };
const MINUTE_MS = 60_000;

/** A place that takes every question and answers none. */
function silent() {
  const asked = { now: 0, most: 0, all: 0 };
  const waiting = new Set<(error: Error) => void>();
  const ask = <T>() =>
    new Promise<T>((_resolve, reject) => {
      asked.all += 1;
      asked.now += 1;
      asked.most = Math.max(asked.most, asked.now);
      waiting.add(reject);
    });
  const medium: Medium = {
    present: () => ask(),
    count: () => ask(),
    giveUp() {
      asked.now = 0;
      for (const reject of waiting) reject(new Error('given up'));
      waiting.clear();
    },
    close: () => undefined,
  };
  return { medium, asked };
}

function open(medium: Medium, clock: ManualClock, node = 'one') {
  const troubles: string[] = [];
  const hints = createHints({ medium, node, clock, onTrouble: (code) => void troubles.push(code) });
  return { hints, troubles };
}

const there = (hints: Hints) => [...hints.presence.here('bank').people.keys()].sort();

test('a place that never answers holds nothing up: every question here is answered without it', async () => {
  const clock = new ManualClock();
  const { medium, asked } = silent();
  const { hints, troubles } = open(medium, clock);
  hints.presence.enter('bank', '10001', 'desk');
  let counted = 0;
  for (let ms = 0; ms < MINUTE_MS; ms += 200) {
    await clock.advance(200);
    if (hints.rates.take(attempt, { max: 1_000_000, windowMs: MINUTE_MS }).ok) counted += 1;
    expect(there(hints)).toEqual(['10001']);
  }
  expect(counted).toBe(300);
  expect(hints.presence.here('bank').complete).toBe(false);
  // One question of each kind at a time, and after a failure fewer and fewer: a minute costs a few of them.
  expect(asked.most).toBeLessThanOrEqual(2);
  expect(asked.all).toBeGreaterThan(10);
  expect(asked.all).toBeLessThan(40);
  // All but those on their way have been told of.
  expect(troubles.length).toBeGreaterThanOrEqual(asked.all - 2);
  const stopped = hints.stop();
  await clock.advance(100);
  await stopped;
});

test('an answer that was lost on its way counts once', async () => {
  const clock = new ManualClock();
  const house = createHouse();
  let lost = 2;
  const lossy: Medium = {
    ...house.medium(),
    async count(counts) {
      const answer = await house.medium().count(counts);
      lost -= 1;
      if (lost >= 0) throw new Error('connection lost');
      return answer;
    },
  };
  const { hints: one } = open(lossy, clock);
  const { hints: two } = open(house.medium(), clock, 'two');
  for (let n = 0; n < 5; n += 1) one.rates.take(attempt, { max: 100, windowMs: 1e12 });
  await clock.advance(10_000);
  expect(lost).toBeLessThan(0);
  two.rates.take(attempt, { max: 100, windowMs: 1e12 }, 0);
  await clock.advance(1_000);
  expect(two.rates.take(attempt, { max: 4, windowMs: 1e12 }, 0).ok).toBe(false);
  expect(two.rates.take(attempt, { max: 5, windowMs: 1e12 }, 0).ok).toBe(true);
});

test('a new window begins at nothing', async () => {
  const clock = new ManualClock();
  const { hints } = open(createHouse().medium(), clock);
  const limit = { max: 3, windowMs: MINUTE_MS };
  const take = () => [1, 2, 3, 4].filter(() => hints.rates.take(attempt, limit).ok).length;
  expect(take()).toBe(3);
  const refused = hints.rates.take(attempt, limit);
  await clock.advance(refused.ok ? 0 : refused.retryAfterMs);
  expect(take()).toBe(3);
});

test('a process that was killed is taken for gone after a while, and struck from the place', async () => {
  const clock = new ManualClock();
  const house = createHouse();
  const { hints: one } = open(house.medium(), clock);
  let alive = true;
  const mortal: Medium = {
    ...house.medium(),
    present: (word) => (alive ? house.medium().present(word) : Promise.reject(new Error('dead'))),
  };
  const { hints: two } = open(mortal, clock, 'two');
  one.presence.enter('bank', '10001', 'wall');
  two.presence.enter('bank', '20001', 'desk');
  await clock.advance(6_000);
  expect(there(one)).toEqual(['10001', '20001']);
  alive = false;
  await clock.advance(9_000);
  expect(there(one)).toEqual(['10001', '20001']);
  await clock.advance(9_000);
  expect(there(one)).toEqual(['10001']);
  await clock.advance(2 * MINUTE_MS);
  const words = await house.medium().present({ tenant: 'bank', node: 'look', said: '', gone: ['look'], keepMs: 1 });
  expect([...words.keys()]).toEqual(['one']);
});

test('words of strangers in the place are passed over', async () => {
  const clock = new ManualClock();
  const house = createHouse();
  const { hints } = open(house.medium(), clock);
  hints.presence.enter('bank', '10001', 'wall');
  for (const [node, said] of Object.entries({
    a: '',
    b: '{',
    c: '[]',
    d: '{"beat":"1","desk":[1],"wall":[]}',
    e: '{"beat":"1","desk":["x"],"wall":[],"more":1}',
    f: 'x'.repeat(3 * 1024 * 1024),
  }))
    await house.medium().present({ tenant: 'bank', node, said, gone: [], keepMs: 1 });
  await clock.advance(6_000);
  expect(there(hints)).toEqual(['10001']);
  expect(hints.condition().shared).toBe(true);
});
