import { rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { EarshotError } from '@earshot/model';
import { openEmbeddedLog } from '../index.js';

/*
 * A process whose disk is small and partly taken by a ballast file: appends until it is refused, reads everything
 * back, throws the ballast overboard and goes on. Prints what happened as one JSON line.
 */
const [disk = ''] = process.argv.slice(2);
const topics = { calls: { partitions: 2 } };
const ballast = join(disk, 'ballast');
writeFileSync(ballast, Buffer.alloc(2 << 20));

const dir = join(disk, 'log');
let log = await openEmbeddedLog({ dir, topics });
const kept: string[][] = [[], []];
let count = 0;

async function appendUntilRefused(limit: number): Promise<EarshotError | undefined> {
  for (let n = 0; n < limit; n += 1) {
    const batch = Array.from({ length: 7 }, () => `${count++}:${'x'.repeat(900)}`);
    const entries = batch.map((value, at) => ({
      topic: 'calls',
      key: 'k',
      partition: at % 2,
      value: Buffer.from(value),
    }));
    try {
      await log.append(entries);
      for (const [at, value] of batch.entries()) kept[at % 2]?.push(value);
    } catch (error) {
      if (error instanceof EarshotError) return error;
      throw error;
    }
  }
  return undefined;
}

async function whole(): Promise<boolean> {
  for (const partition of [0, 1]) {
    const records = await log.read('calls', partition, 0, 1_000_000);
    const values = records.map(({ value }) => Buffer.from(value).toString());
    if (JSON.stringify(values) !== JSON.stringify(kept[partition])) return false;
  }
  return true;
}

const refusal = await appendUntilRefused(10_000);
const again = await appendUntilRefused(3);
const keptWhenFull = (kept[0] ?? []).length;
const readableWhenFull = await whole();
rmSync(ballast);
const afterwards = await appendUntilRefused(50);
const readableAfterwards = await whole();
await log.close();
log = await openEmbeddedLog({ dir, topics });
const readableReopened = await whole();
await log.close();
writeSync(
  1,
  `${JSON.stringify({
    refusal: refusal && { code: refusal.code, retry: refusal.retry },
    again: again?.code,
    keptWhenFull,
    keptInTheEnd: (kept[0] ?? []).length,
    readableWhenFull,
    afterwards: afterwards?.code ?? 'accepted',
    readableAfterwards,
    readableReopened,
  })}\n`,
);
