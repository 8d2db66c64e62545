import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assignmentOf, distinct, readAll, startReader } from '../contract/harness.js';
import { type EmbeddedLog, openEmbeddedLog } from './index.js';

let dir: string;
const open: EmbeddedLog[] = [];
const topics = { calls: { partitions: 4 }, single: { partitions: 1 } };

async function openLog(options: Partial<Parameters<typeof openEmbeddedLog>[0]> = {}): Promise<EmbeddedLog> {
  const log = await openEmbeddedLog({ dir, topics, ...options });
  open.push(log);
  return log;
}

function single(text: string) {
  return { topic: 'single', key: 'k', value: Buffer.from(text) };
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-log-'));
});
afterEach(async () => {
  for (const log of open.splice(0)) await log.close();
  rmSync(dir, { recursive: true, force: true });
});

test('log time stands still while the clock runs backwards, also over a restart', async () => {
  let nowMs = 5_000;
  const clock = () => nowMs;
  const first = await openLog({ clock });
  await first.append([single('a')]);
  nowMs = 4_000;
  await first.append([single('b')]);
  expect(first.clock()).toBe(5_000);
  await first.close();
  nowMs = 3_000.7;
  const second = await openLog({ clock });
  await second.append([single('c')]);
  nowMs = 6_000.7;
  await second.append([single('d')]);
  const times = (await second.read('single', 0, 0, 10)).map(({ timestampMs }) => timestampMs);
  expect(times).toEqual([5_000, 5_000, 5_000, 6_000]);
});

test('what gathers during a flush goes with one flush', async () => {
  const log = await openLog();
  const first = log.append([single('first')]);
  await Promise.resolve();
  await Promise.resolve();
  let flushes = 0;
  const arrived = new Set<number>();
  const later = Array.from({ length: 500 }, (_, n) =>
    log.append([single(`later ${n}`)]).then(() => {
      if (arrived.size === 0) flushes += 1;
      arrived.add(n);
      setImmediate(() => arrived.clear());
    }),
  );
  await first;
  expect(arrived.size).toBe(0);
  await Promise.all(later);
  expect(flushes).toBe(1);
});

test('an entry is taken as it was when append was called', async () => {
  const log = await openLog();
  const value = Buffer.from('as it was');
  const appended = log.append([{ topic: 'single', key: 'k', value }]);
  value.fill(0);
  await appended;
  expect(distinct(await log.read('single', 0, 0, 1))).toEqual(['as it was']);
});

test('a reader that begins far behind and one that keeps up see the same records', async () => {
  let log = await openLog();
  for (let n = 0; n < 20; n += 1) {
    await log.append(Array.from({ length: 200 }, (_, m) => single(`${n * 200 + m}`)));
  }
  await log.close();
  log = await openLog();
  const reader = await startReader(log, { group: 'g', topic: 'single' });
  for (let n = 20; n < 30; n += 1) {
    await log.append(Array.from({ length: 200 }, (_, m) => single(`${n * 200 + m}`)));
  }
  await reader.subscription.caughtUp();
  expect(reader.records.map(({ offset }) => offset)).toEqual(Array.from({ length: 6000 }, (_, n) => n));
  expect(distinct(reader.records)).toEqual(Array.from({ length: 6000 }, (_, n) => String(n)));
});

test('a full log refuses appends, keeps reading and committing, and takes appends again after a truncation', async () => {
  const maxBytes = 256 << 10;
  let log = await openLog({ maxBytes });
  const large = () => log.append([single('x'.repeat(10_000))]);
  let held = 0;
  let refusal: unknown;
  while (refusal === undefined && held < 100) {
    refusal = await large().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal === undefined) held += 1;
  }
  expect(refusal).toMatchObject({ code: 'log-full', retry: true });
  expect(held).toBeGreaterThan(10);
  await log.close();
  log = await openLog({ maxBytes });
  await expect(large()).rejects.toMatchObject({ code: 'log-full' });
  const reader = await startReader(log, { group: 'g', topic: 'single' });
  await reader.subscription.caughtUp();
  expect(reader.records).toHaveLength(held);
  await assignmentOf(reader, 0).commit(held, 'read all');
  await log.truncate('single', 0, held - 2);
  await large();
  expect(await log.bounds('single', 0)).toEqual({ first: held - 2, next: held + 1 });
  await reader.subscription.caughtUp();
  expect(reader.records).toHaveLength(held + 1);
});

test('after a truncation the bounds are honest, offsets go on, and readers of what is gone are told', async () => {
  let log = await openLog();
  await log.append(Array.from({ length: 5000 }, (_, n) => single(String(n))));
  await Promise.all([log.truncate('single', 0, 4998), log.truncate('single', 0, 10)]);
  expect(await log.bounds('single', 0)).toEqual({ first: 4998, next: 5000 });
  await log.truncate('single', 0, 9999);
  await log.close();
  log = await openLog();
  expect(await log.bounds('single', 0)).toEqual({ first: 5000, next: 5000 });
  expect(await log.append([single('next')])).toEqual([5000]);
  expect(distinct(await readAll(log, 'single', 0))).toEqual(['next']);
  await expect(log.read('single', 0, 4999, 1)).rejects.toMatchObject({ code: 'offset-out-of-range' });
  const reader = await startReader(log, { group: 'g', topic: 'single', from: () => 0 });
  await expect(reader.subscription.caughtUp()).rejects.toMatchObject({ code: 'partition-stopped' });
  expect(reader.errors).toEqual([{ error: expect.objectContaining({ code: 'offset-out-of-range' }), partition: 0 }]);
});

test('half a character in a key is refused, since it could not be read back', async () => {
  const log = await openLog();
  await expect(log.append([{ topic: 'single', key: 'a\ud83d', value: Buffer.of(1) }])).rejects.toMatchObject({
    code: 'key-invalid',
  });
});

test('a commit beyond the log is refused', async () => {
  const log = await openLog();
  await log.append([single('a')]);
  const reader = await startReader(log, { group: 'g', topic: 'single' });
  await expect(assignmentOf(reader, 0).commit(2, '')).rejects.toMatchObject({ code: 'offset-out-of-range' });
});

test('a topic may be left out and come back with its records', async () => {
  let log = await openLog();
  await log.append([single('kept')]);
  await log.close();
  log = await openLog({ topics: { calls: { partitions: 4 } } });
  expect(() => log.partitions('single')).toThrowError(expect.objectContaining({ code: 'topic-unknown' }));
  await log.close();
  log = await openLog();
  expect(distinct(await readAll(log, 'single', 0))).toEqual(['kept']);
});
