import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedLog } from '../embedded/index.js';
import type { Spool, SpooledEntry, SpoolLane } from '../spool-port.js';
import { openSpool } from './index.js';

const topics = { calls: { partitions: 2 }, others: { partitions: 1 } };
let dir: string;
let spool: Spool;
let nowMs: number;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-spool-'));
  nowMs = 1_000;
  await open();
});
afterEach(async () => {
  await spool.close();
  rmSync(dir, { recursive: true, force: true });
});

async function open(maxBytes?: number): Promise<void> {
  spool = await openSpool({ dir, topics, clock: () => nowMs, ...(maxBytes === undefined ? {} : { maxBytes }) });
}

async function reopen(maxBytes?: number): Promise<void> {
  await spool.close();
  await open(maxBytes);
}

function lane(topic = 'calls', partition = 0): SpoolLane {
  const found = spool.lanes.find((one) => one.topic === topic && one.partition === partition);
  if (!found) throw new Error('no such lane');
  return found;
}

const entries = (...texts: string[]) => texts.map((text) => ({ key: `key-${text}`, value: Buffer.from(text) }));
const textOf = (entry: SpooledEntry) => ('unreadable' in entry ? 'unreadable' : Buffer.from(entry.value).toString());
const held = (from = lane()) => from.read(from.first, 1_000).map(textOf);

test('entries come back in the order in which they were put, lane by lane, also after another start', async () => {
  await Promise.all([lane().put(entries('a', 'b')), lane().put(entries('c')), lane('others').put(entries('x'))]);
  for (let round = 0; round < 2; round += 1) {
    expect(held()).toEqual(['a', 'b', 'c']);
    expect(held(lane('others'))).toEqual(['x']);
    expect(held(lane('calls', 1))).toEqual([]);
    await reopen();
  }
  expect(lane().read(lane().first, 1)).toMatchObject([{ key: 'key-a', putAtMs: 1_000 }]);
});

test('what is dropped stays gone, and places go on rising', async () => {
  await lane().put(entries('a', 'b', 'c'));
  await lane().dropBefore(2);
  expect(held()).toEqual(['c']);
  await lane().dropBefore(3);
  await reopen();
  expect([lane().first, lane().next, held()]).toEqual([3, 3, []]);
  nowMs = 5_000;
  await lane().put(entries('d'));
  expect(lane().read(3, 10)).toMatchObject([{ place: 3, key: 'key-d' }]);
  expect(lane().oldestMs()).toBe(5_000);
});

test('a full spool takes nothing of a put, says when to come back, and has room again after a drop', async () => {
  await reopen(64 * 1024);
  const large = { key: 'k', value: Buffer.alloc(3_000) };
  let count = 0;
  const refusal = await (async () => {
    for (; count < 1_000; count += 1) {
      const error = await lane()
        .put([large])
        .catch((thrown: unknown) => thrown);
      if (error) return error;
    }
    return undefined;
  })();
  expect(refusal).toMatchObject({ code: 'spool-full', retry: true, detail: { retryAfterMs: expect.any(Number) } });
  expect(spool.usedBytes()).toBeLessThanOrEqual(spool.maxBytes);
  expect(lane().next).toBe(count);
  await expect(lane('others').put([large])).rejects.toMatchObject({ code: 'spool-full' });
  await lane().dropBefore(count);
  await lane('others').put([large]);
});

test('bytes that went bad are handed out as that, in their place; what is behind them is whole', async () => {
  await lane().put(entries('before', 'a sentence that goes bad', 'behind'));
  await spool.close();
  const file = join(dir, 'log.mdb');
  const bytes = readFileSync(file);
  // Every page that the sentence was ever written to.
  for (let at = bytes.indexOf('goes bad'); at >= 0; at = bytes.indexOf('goes bad', at + 1)) bytes.write('g0es bad', at);
  writeFileSync(file, bytes);
  await open();
  expect(held()).toEqual(['before', 'unreadable', 'behind']);
  const [, bad] = lane().read(0, 3);
  expect(bad && 'unreadable' in bad && Buffer.from(bad.unreadable).toString()).toContain('g0es bad');
});

test('a file that is cut short is refused by name instead of read as less', async () => {
  await lane().put(Array.from({ length: 300 }, (_, n) => ({ key: 'k', value: Buffer.alloc(400, n) })));
  await spool.close();
  truncateSync(join(dir, 'log.mdb'), 16 * 4096);
  await expect(open()).rejects.toMatchObject({ code: 'spool-damaged', detail: { dir } });
});

test('a folder has one owner', async () => {
  await expect(openSpool({ dir, topics })).rejects.toMatchObject({ code: 'data-folder-in-use' });
});

test("a log's folder given by mistake does not count as entries that wait to be sent", async () => {
  const mistaken = mkdtempSync(join(tmpdir(), 'earshot-log-'));
  const log = await openEmbeddedLog({ dir: mistaken, topics });
  await log.append([{ topic: 'calls', key: 'k', value: Buffer.from('of the log') }]);
  await log.close();
  const opened = await openSpool({ dir: mistaken, topics });
  expect(opened.lanes.map((one) => one.next - one.first)).toEqual([0, 0, 0]);
  await opened.close();
  rmSync(mistaken, { recursive: true, force: true });
});

test('a closed spool refuses', async () => {
  await spool.close();
  await expect(lane().put(entries('a'))).rejects.toMatchObject({ code: 'spool-closed', retry: true });
  expect(spool.usedBytes()).toBe(0);
});
