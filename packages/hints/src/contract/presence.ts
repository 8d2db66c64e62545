import { expect, test } from 'vitest';
import type { Hints } from '../port.js';
import { until } from './until.js';

const seenBy = (hints: Hints, tenant = 'bank') =>
  [...hints.presence.here(tenant).people].map(([staffNumber, pages]) => `${staffNumber}:${[...pages].sort()}`).sort();

export function describePresence(open: (node: string) => Hints): void {
  test('what is open here is known here at once, page by page', () => {
    const one = open('one');
    const [desk, secondDesk, wall] = [
      one.presence.enter('bank', '10001', 'desk'),
      one.presence.enter('bank', '10001', 'desk'),
      one.presence.enter('bank', '10001', 'wall'),
    ];
    expect(seenBy(one)).toEqual(['10001:desk,wall']);
    desk();
    desk();
    expect(seenBy(one)).toEqual(['10001:desk,wall']);
    secondDesk();
    expect(seenBy(one)).toEqual(['10001:wall']);
    wall();
    expect(seenBy(one)).toEqual([]);
  });

  test('other processes learn who came and who went', async () => {
    const [one, two] = [open('one'), open('two')];
    const leave = one.presence.enter('bank', '10001', 'desk');
    two.presence.enter('bank', '20001', 'wall');
    await until(() => seenBy(one).length === 2 && seenBy(two).length === 2);
    expect([seenBy(one), seenBy(two)]).toEqual([
      ['10001:desk', '20001:wall'],
      ['10001:desk', '20001:wall'],
    ]);
    expect([one.presence.here('bank').complete, two.presence.here('bank').complete]).toEqual([true, true]);
    leave();
    await until(() => seenBy(two).length === 1);
    expect(seenBy(two)).toEqual(['20001:wall']);
  });

  test('whoever has pages in two processes is there until both are closed', async () => {
    const [one, two, three] = [open('one'), open('two'), open('three')];
    const [leaveOne, leaveTwo] = [
      one.presence.enter('bank', '10001', 'desk'),
      two.presence.enter('bank', '10001', 'wall'),
    ];
    three.presence.enter('bank', '30001', 'wall');
    await until(() => seenBy(three).includes('10001:desk,wall'));
    leaveOne();
    await until(() => seenBy(three).includes('10001:wall'));
    leaveTwo();
    await until(() => seenBy(three).length === 1);
  });

  test('a process that stops takes its people with it', async () => {
    const [one, two] = [open('one'), open('two')];
    one.presence.enter('bank', '10001', 'desk');
    two.presence.enter('bank', '20001', 'wall');
    await until(() => seenBy(two).length === 2);
    await one.stop();
    await until(() => seenBy(two).length === 1);
  });

  test('tenants are apart, whatever their names and numbers are made of', async () => {
    const odd = 'a:{b}|"c"\n银行';
    const [one, two] = [open('one:{1}'), open('two')];
    one.presence.enter(odd, '工号 {1}', 'desk');
    one.presence.enter('bank', '10001', 'desk');
    await until(() => seenBy(two, odd).length === 1 && seenBy(two).length === 1);
    expect([seenBy(two, odd), seenBy(two), seenBy(two, 'shop')]).toEqual([['工号 {1}:desk'], ['10001:desk'], []]);
  });

  test('it says whether others are heard', async () => {
    const one = open('one');
    one.presence.enter('bank', '10001', 'desk');
    await until(() => one.condition().shared);
    expect(one.condition().ageMs).toBeGreaterThanOrEqual(0);
  });
}
