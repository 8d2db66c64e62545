import { expect, test } from 'vitest';
import type { Hints } from '../port.js';
import { until } from './until.js';

/** A window that no test lives to see the end of. */
const ONE_WINDOW_MS = 1_000_000_000_000;
const limit = (max: number) => ({ max, windowMs: ONE_WINDOW_MS });
const attempt = { tenant: 'bank', what: 'sign-in', who: 'somebody' };

const taken = (hints: Hints, times: number, max: number, counted = attempt) =>
  Array.from({ length: times }, () => hints.rates.take(counted, limit(max)).ok).filter(Boolean).length;

/** Whether at least so many are known of, here and elsewhere; asks, and counts nothing. */
const counts = (hints: Hints, times: number) => !hints.rates.take(attempt, limit(times - 1), 0).ok;

export function describeRates(open: (node: string) => Hints): void {
  test('one process by itself lets through what the limit says, and not one more', () => {
    const one = open('one');
    expect(taken(one, 10, 4)).toBe(4);
    const refused = one.rates.take(attempt, limit(4));
    expect(refused).toEqual({ ok: false, retryAfterMs: expect.any(Number) });
    expect(!refused.ok && refused.retryAfterMs > 0 && refused.retryAfterMs <= ONE_WINDOW_MS).toBe(true);
    expect(one.rates.take(attempt, limit(10), 7).ok).toBe(false);
    expect(one.rates.take(attempt, limit(10), 6).ok).toBe(true);
  });

  test('what others have counted counts here', async () => {
    const [one, two] = [open('one'), open('two')];
    expect([taken(one, 3, 100), taken(two, 1, 100)]).toEqual([3, 1]);
    await until(() => counts(two, 4) && counts(one, 4));
    expect([counts(one, 5), counts(two, 5)]).toEqual([false, false]);
    expect(taken(two, 10, 6)).toBe(2);
  });

  test('what is limited, for whom and in which tenant are counted apart', async () => {
    const one = open('one');
    expect(taken(one, 3, 2)).toBe(2);
    for (const other of [{ tenant: 'shop' }, { what: 'ingest' }, { who: 'a:b|{c}' }])
      expect(taken(one, 3, 2, { ...attempt, ...other })).toBe(2);
  });

  test('a node that is started again has not forgotten, nor have others', async () => {
    const [first, two] = [open('one'), open('two')];
    taken(first, 4, 100);
    await until(() => counts(two, 4));
    await first.stop();
    const again = open('one');
    taken(again, 1, 100);
    await until(() => counts(again, 5) && counts(two, 5));
    expect([counts(again, 6), counts(two, 6)]).toEqual([false, false]);
  });
}
