import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { runSeeds, type SeedsReport } from './run-seeds.js';
import { nothingMet } from './world.js';

// `pnpm chaos --simulate [--seeds 20000] [--first 1]`: many schedules, one thread a core.

if (isMainThread) process.exitCode = await main();
else {
  const { first, count } = workerData as { first: number; count: number };
  parentPort?.postMessage(runSeeds(first, count));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      simulate: { type: 'boolean' },
      seeds: { type: 'string', default: '20000' },
      first: { type: 'string', default: '1' },
    },
  });
  const [seeds, first] = [Number(values.seeds), Number(values.first)];
  const startedMs = performance.now();
  const total: SeedsReport = { seeds: 0, violations: [], met: nothingMet() };
  const chunk = Math.max(50, Math.ceil(seeds / 200));
  let next = first;
  const work = async () => {
    while (next < first + seeds && total.violations.length === 0) {
      const begin = next;
      next += chunk;
      const report = await inThread(begin, Math.min(chunk, first + seeds - begin));
      total.seeds += report.seeds;
      total.violations.push(...report.violations);
      for (const what of Object.keys(total.met) as (keyof typeof total.met)[]) total.met[what] += report.met[what];
      process.stderr.write(`\r${total.seeds} of ${seeds} schedules, ${total.violations.length} violations`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  process.stderr.write('\n');
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(JSON.stringify({ first, ...total, seconds }, null, 2));
  return total.violations.length === 0 ? 0 : 1;
}

/** The program is bundled into one file, so that a thread is another run of it. */
function inThread(first: number, count: number): Promise<SeedsReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(process.argv[1] as string, { workerData: { first, count } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
