import { silentLogger } from '@earshot/kit';
import type { AppendEntry, Spool } from '@earshot/log';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MakeDoor, openFaultBench, schedules, type Violation } from '../testing/fault-schedule.js';
import type { SpoolMeasures } from './measure-spool.js';
import { createSpoolingAppender } from './spooling-appender.js';

let bench: Awaited<ReturnType<typeof openFaultBench>>;
beforeAll(async () => {
  bench = await openFaultBench();
});
afterAll(() => bench.close());

const uncounted: SpoolMeasures = {
  spooled: () => undefined,
  drained: () => undefined,
  logTrouble: () => undefined,
  watch: () => undefined,
};

const real: MakeDoor = (parts) =>
  createSpoolingAppender({
    ...parts,
    logger: silentLogger(),
    measures: uncounted,
    limits: { batch: 5, abandonMs: 20_000 },
  });

/** The obvious way: to the log, or else to the disk, from where it is brought in now and then. */
const overtaking: MakeDoor = ({ log, spool, clock }) => {
  let stopped = false;
  async function drain(): Promise<void> {
    for (const lane of spool.lanes) {
      const held = lane.read(lane.first, 100).flatMap((one) => ('unreadable' in one ? [] : one));
      if (held.length === 0) continue;
      const { topic, partition } = lane;
      const entries = held.map(({ key, value }) => ({ topic, partition, key, value }));
      const taken = await log.append(entries).catch(() => undefined);
      if (taken) await lane.dropBefore(lane.first + held.length);
    }
    if (!stopped) clock.after(100, () => void drain());
  }
  clock.after(100, () => void drain());
  return {
    async append(entry: AppendEntry) {
      const partition = log.partitionOf(entry.topic, entry.key);
      try {
        const [offset] = await log.append([entry]);
        return { partition, offset };
      } catch {
        await spool.lanes.find((lane) => lane.partition === partition)?.put([entry]);
        return { partition };
      }
    },
    async stop() {
      stopped = true;
    },
  };
};

function withSpool(change: (lane: Spool['lanes'][number]) => Partial<Spool['lanes'][number]>): MakeDoor {
  return (parts) => {
    const { spool } = parts;
    const lanes = spool.lanes.map((lane) => Object.assign(Object.create(lane) as typeof lane, change(lane)));
    return real({ ...parts, spool: { ...spool, lanes } });
  };
}

/** Says that it is on the disk a moment before it is. */
const early = withSpool((lane) => ({
  async put(entries) {
    setImmediate(() => setImmediate(() => void lane.put(entries).catch(() => undefined)));
  },
}));

/** Takes entries off the disk as soon as they are handed to the log. */
const forgetful = withSpool((lane) => {
  let forgotten = 0;
  return {
    read(from, limit) {
      const entries = lane.read(from, limit);
      const last = entries.at(-1);
      if (last && last.place >= forgotten) {
        forgotten = last.place + 1;
        void lane.dropBefore(forgotten).catch(() => undefined);
      }
      return entries;
    },
  };
});

const SEED = 20_260_401;
const RUNS = process.env['EARSHOT_TEST_ALL'] ? 1_500 : 150;

test('whatever the log does and whenever the process dies, nothing acknowledged is lost and order per key is kept', async () => {
  const property = fc.asyncProperty(schedules, async (steps) => {
    expect(await bench.run(steps, real)).toEqual([]);
  });
  // A schedule that ends in silence takes ten seconds to say so: making it smaller would take hours.
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
}, 240_000);

test.each<[string, MakeDoor, Violation]>([
  ['newer events overtake what is spooled', overtaking, 'out of order'],
  ['an event is acknowledged before it is flushed', early, 'lost'],
  ['an event leaves the disk before the log has it', forgetful, 'lost'],
])(
  'the same schedules find it where %s',
  async (_title, wrong, violation) => {
    const seen = new Set<Violation>();
    const property = fc.asyncProperty(schedules, async (steps) => {
      for (const one of await bench.run(steps, wrong)) seen.add(one);
      return !seen.has(violation);
    });
    await fc.check(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
    expect([...seen]).toContain(violation);
  },
  120_000,
);
