import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAll, text, until } from '../contract/harness.js';
import { bundleChild, startChild } from '../testing/child.js';
import { openEmbeddedLog } from './index.js';

const topics = { calls: { partitions: 4 } };
let dir: string;
let appender: { program: string; remove(): void };

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-log-'));
  appender = await bundleChild(new URL('./children/appender.ts', import.meta.url));
});
afterAll(() => {
  appender.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** Numbers of one run in a partition, in log order. */
async function heldOf(run: string): Promise<Map<string, number>[]> {
  const log = await openEmbeddedLog({ dir, topics });
  const held: Map<string, number>[] = [];
  for (let partition = 0; partition < 4; partition += 1) {
    const own = (await readAll(log, 'calls', partition)).filter((record) => text(record).startsWith(`${run}:`));
    held.push(new Map(own.map((record) => [text(record).split(':')[1] ?? '', record.offset])));
  }
  await log.close();
  return held;
}

test('after a kill -9 amid appends every acknowledged record is at its offset, and each partition is a prefix', async () => {
  const killAfterAcks = [1, 7, 40, 3, 250, 90, 600, 15, 1500, 120];
  for (const [round, acks] of killAfterAcks.entries()) {
    const run = `run-${round}`;
    let acknowledged = 0;
    const width = round % 2 === 0 ? '64' : '5';
    const child = startChild(process.execPath, [appender.program, dir, run, width, '1000000000'], (line) => {
      if (line.startsWith('ack ')) acknowledged += 1;
      if (acknowledged === acks) child.process.kill('SIGKILL');
    });
    expect((await child.ended).signal).toBe('SIGKILL');
    await until(() => acknowledged >= acks);
    const held = await heldOf(run);
    for (const line of child.lines.filter((each) => each.startsWith('ack '))) {
      const [, number = '', offset] = line.split(' ');
      expect(held[Number(number) % 4]?.get(number), `${run}: ${line}`).toBe(Number(offset));
    }
    for (const [partition, numbers] of held.entries()) {
      const expected = Array.from({ length: numbers.size }, (_, n) => String(partition + 4 * n));
      expect([...numbers.keys()]).toEqual(expected);
    }
  }
}, 60_000);
