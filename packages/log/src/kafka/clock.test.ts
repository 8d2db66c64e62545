import { expect, test } from 'vitest';
import { LogClock } from './clock.js';

function clockAt(startMs: number) {
  const time = { ms: startMs };
  return { time, clock: new LogClock(() => time.ms) };
}

test('without a hint and within what stamps allow, the own clock is believed', () => {
  const { time, clock } = clockAt(1_000_000);
  expect(clock.read()).toBe(1_000_000);
  time.ms = 1_000_010;
  clock.stamped(1_000_004, 1_000_000, 1_000_010);
  expect(clock.read()).toBe(1_000_010);
});

test('a broker that is ahead, or behind, pulls the clock along', () => {
  const ahead = clockAt(1_000_000);
  ahead.clock.stamped(1_005_000, 999_998, 1_000_000);
  expect(ahead.clock.read()).toBe(1_005_000);
  ahead.time.ms += 100;
  expect(ahead.clock.read()).toBe(1_005_100);

  const behind = clockAt(1_000_000);
  behind.clock.stamped(995_000, 999_998, 1_000_000);
  expect(behind.clock.read()).toBe(995_003);
});

test('it is never behind a stamp that was read and never runs backwards', () => {
  const { time, clock } = clockAt(1_000_000);
  clock.seen(1_000_500);
  expect(clock.read()).toBe(1_000_500);
  time.ms = 999_000;
  expect(clock.read()).toBe(1_000_500);
  clock.stamped(990_000, 998_999, 999_000);
  expect(clock.read()).toBe(1_000_500);
});

test('answers narrow the difference down, and a clock that was set is believed anew', () => {
  const { time, clock } = clockAt(1_000_000);
  clock.stamped(1_002_000, 999_000, 1_000_000);
  clock.stamped(1_002_000, 999_990, 1_000_000);
  expect(clock.read()).toBe(1_002_000);
  time.ms = 1_010_000;
  clock.stamped(1_060_000, 1_009_999, 1_010_000);
  expect(clock.read()).toBe(1_060_000);
});
