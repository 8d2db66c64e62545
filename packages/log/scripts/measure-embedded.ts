import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedLog } from '../src/embedded/index.js';

/*
 * Appends a second by width, latency of an awaited append, and how fast a group reads back; 300 byte values over
 * 16 partitions. Run: npx esbuild packages/log/scripts/measure-embedded.ts --bundle --platform=node --format=esm
 * --conditions=source --external:lmdb --outfile=packages/log/node_modules/measure.mjs && node packages/log/node_modules/measure.mjs
 */
const dir = mkdtempSync(join(tmpdir(), 'earshot-measure-'));
const log = await openEmbeddedLog({ dir, topics: { calls: { partitions: 16 } } });
const value = Buffer.alloc(300, 7);
let count = 0;
const appendOne = () => log.append([{ topic: 'calls', key: `conversation-${count++ % 1000}`, value }]);

async function appendsPerSecond(width: number, forMs: number): Promise<number> {
  const startMs = performance.now();
  let done = 0;
  const worker = async () => {
    while (performance.now() - startMs < forMs) {
      await appendOne();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return Math.round((done / (performance.now() - startMs)) * 1000);
}

/** Processor time of all threads per append: says something on a busy machine too. */
async function cpuMicrosPerAppend(width: number, forMs: number): Promise<number> {
  const before = process.cpuUsage();
  const first = count;
  await appendsPerSecond(width, forMs);
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / (count - first));
}

async function latencies(times: number): Promise<{ p50Ms: number; p99Ms: number }> {
  const all: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startMs = performance.now();
    await appendOne();
    all.push(performance.now() - startMs);
  }
  all.sort((a, b) => a - b);
  return { p50Ms: all[Math.floor(times * 0.5)] ?? 0, p99Ms: all[Math.floor(times * 0.99)] ?? 0 };
}

async function readPerSecond(): Promise<number> {
  const startMs = performance.now();
  let read = 0;
  const subscription = await log.subscribe({
    group: 'measure',
    topic: 'calls',
    onAssigned: async () => ({
      from: 0,
      handle: async (records) => {
        read += records.length;
      },
      close: async () => {},
    }),
    onError: (error) => {
      throw error;
    },
  });
  await subscription.caughtUp();
  return Math.round((read / (performance.now() - startMs)) * 1000);
}

await appendsPerSecond(50, 200);
console.log({
  appendsPerSecond1: await appendsPerSecond(1, 1500),
  awaited: await latencies(2000),
  appendsPerSecond500: await appendsPerSecond(500, 2000),
  cpuMicrosPerAppend500: await cpuMicrosPerAppend(500, 1000),
  readPerSecond: await readPerSecond(),
});
await log.close();
rmSync(dir, { recursive: true, force: true });
