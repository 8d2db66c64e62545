import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@earshot/kit';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { openSpool } from '@earshot/log/spool';
import { TOPICS } from '@earshot/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleChild, startChild } from '../../../../packages/log/src/testing/child.js';
import { until } from '../testing/spooling.js';
import { createSpoolingAppender } from './spooling-appender.js';

const topics = { [TOPICS.conversations]: { partitions: 4 } };
let door: Awaited<ReturnType<typeof bundleChild>>;
let dir: string;

beforeAll(async () => {
  door = await bundleChild(new URL('../testing/children/spooling-door.ts', import.meta.url));
  dir = mkdtempSync(join(tmpdir(), 'ingest-kill-'));
});
afterAll(() => {
  door.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** Lets a door run into its death; the numbers that it had acknowledged. */
async function lived(folder: string, run: string, dieAt: number, mode = 'right'): Promise<number[]> {
  const child = startChild(process.execPath, [door.program, folder, run, String(dieAt), mode]);
  const { signal } = await child.ended;
  expect(signal).toBe('SIGKILL');
  return child.lines.map((line) => Number(line.replace('ack ', '')));
}

/** What is on the log once everything from the spool is, each at its first appearance, by partition. */
async function broughtIn(folder: string): Promise<{ texts: string[][]; found: number }> {
  const log = await openEmbeddedLog({ dir: join(folder, 'log'), topics });
  const spool = await openSpool({ dir: join(folder, 'spool'), topics });
  const left = () => spool.lanes.reduce((sum, lane) => sum + lane.next - lane.first, 0);
  const found = left();
  const silent = () => undefined;
  const measures = { spooled: silent, drained: silent, logTrouble: silent, watch: silent };
  const appender = createSpoolingAppender({ log, spool, logger: silentLogger(), measures });
  await until(() => left() === 0);
  await appender.stop();
  const texts = await Promise.all(
    [0, 1, 2, 3].map(async (partition) => {
      const { next } = await log.bounds(TOPICS.conversations, partition);
      const records = await log.read(TOPICS.conversations, partition, 0, next);
      return [...new Set(records.map(({ value }) => Buffer.from(value).toString()))];
    }),
  );
  await spool.close();
  await log.close();
  return { texts, found };
}

const missing = (run: string, acked: readonly number[], texts: readonly string[][]) => {
  const there = new Set(texts.flat());
  return acked.filter((number) => !there.has(`${run}:${number}`));
};

test('a door that dies in the moment of an acknowledgement, over and over, loses none and swaps none', async () => {
  let found = 0;
  for (const [round, dieAt] of [1, 40, 333, 5, 900, 120, 61, 500].entries()) {
    const run = `run-${round}`;
    const acked = await lived(dir, run, dieAt);
    const held = await broughtIn(dir);
    found += held.found;
    expect(missing(run, acked, held.texts)).toEqual([]);
    for (const texts of held.texts) {
      const numbers = texts.filter((text) => text.startsWith(`${run}:`)).map((text) => Number(text.split(':')[1]));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  }
  // Otherwise the rounds would have shown nothing of the spool.
  expect(found).toBeGreaterThan(0);
}, 120_000);

test('the same kill finds it where the acknowledgement comes before the flush', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingest-kill-'));
  try {
    const acked = await lived(folder, 'early', 200, 'early');
    const { texts } = await broughtIn(folder);
    expect(missing('early', acked, texts)).not.toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
