import type { AppendEntry } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import { expect, test, vi } from 'vitest';
import { createPatientAppender } from './patient-appender.js';

const away = new EarshotError('log-unavailable', 'nobody answers', { retry: true });
const refused = new EarshotError('record-refused', 'never');
const entry = (text: string): AppendEntry => ({ topic: 't', key: 'k', value: Buffer.from(text) });

/** A log that says no as often as it is told to. */
function start(answer: (texts: string[]) => 'well' | 'hangs' | EarshotError) {
  const calls: string[][] = [];
  const troubles: string[] = [];
  const leaving = new AbortController();
  const log = {
    partitionOf: () => 3,
    append: async (entries: readonly AppendEntry[]) => {
      const texts = entries.map(({ value }) => Buffer.from(value).toString());
      calls.push(texts);
      const given = answer(texts);
      if (given === 'hangs') return new Promise<number[]>(() => undefined);
      if (given !== 'well') throw given;
      return entries.map((_, index) => calls.length * 10 + index);
    },
  };
  const appender = createPatientAppender(log, {
    batch: 2,
    leaving: leaving.signal,
    graceMs: 0,
    onTrouble: (code) => troubles.push(code),
    // A turn of the event loop, or nobody else would ever have one.
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const put = (text: string) =>
    appender.append(entry(text)).then(
      ({ offset }) => offset,
      (error) => error.code,
    );
  return { appender, calls, troubles, leaving, put };
}

test('what fails is tried again before everything behind it, until the log takes it', async () => {
  let failures = 5;
  const { calls, troubles, put } = start(() => (failures-- > 0 ? away : 'well'));
  expect(await Promise.all(['a', 'b', 'c'].map(put))).toEqual([60, 61, 70]);
  expect(calls).toEqual([...Array.from({ length: 6 }, () => ['a', 'b']), ['c']]);
  expect(troubles).toEqual(Array.from({ length: 5 }, () => 'log-unavailable'));
});

test('only the entry that will never be taken is rejected', async () => {
  const { put } = start((texts) => (texts.includes('bad') ? refused : 'well'));
  expect(await Promise.all(['a', 'bad', 'c'].map(put))).toEqual([20, 'record-refused', 40]);
});

test.each(['hangs', 'fails'])('who leaves is not held up by a log that %s', async (how) => {
  const { appender, calls, leaving, put } = start(() => (how === 'hangs' ? 'hangs' : away));
  const outcomes = Promise.all(['a', 'b', 'c'].map(put));
  await vi.waitUntil(() => calls.length > 0);
  leaving.abort();
  expect(await outcomes).toEqual(['stopping', 'stopping', 'stopping']);
  await appender.stop();
  expect(appender.waiting()).toBe(0);
});
