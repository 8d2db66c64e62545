import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppendEntry, Log, LogRecord, Spool } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { openSpool } from '@earshot/log/spool';
import { EarshotError } from '@earshot/model';
import { TOPICS } from '@earshot/wire';
import fc from 'fast-check';
import { vi } from 'vitest';
import type { Ack } from '../appender.js';
import type { Clock } from '../spool/clock.js';
import { type Fault, FaultyLog, type Release } from './faulty-log.js';
import { ManualClock } from './manual-clock.js';

const TOPIC = TOPICS.conversations;
const PARTITIONS = 2;
const topics = { [TOPIC]: { partitions: PARTITIONS } };
const MAX_BYTES = 96 * 1024;
const DEADLINE_MS = 10_000;

export type Step =
  | { do: 'send'; keys: readonly number[]; bytes: number }
  | { do: 'fault'; fault: Fault; partition: number | undefined }
  | { do: 'release'; how: Release }
  | { do: 'advance'; ms: number }
  | { do: 'breathe' }
  | { do: 'restart'; by: 'crash' | 'stop' };

const FAULTS: readonly Fault[] = ['well', 'well', 'away', 'lost-answer', 'part', 'silent'];

export const schedules: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
        keys: fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }),
        bytes: fc.constantFrom(10, 10, 2_500),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('fault' as const),
        fault: fc.constantFrom(...FAULTS),
        partition: fc.constantFrom(undefined, 0, 1),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('release' as const),
        how: fc.constantFrom('lands' as const, 'lands-unsaid' as const, 'fails' as const),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(50, 400, 1_000, 9_000) }),
    },
    { weight: 4, arbitrary: fc.constant({ do: 'breathe' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('restart' as const),
        by: fc.constantFrom('crash' as const, 'stop' as const),
      }),
    },
  ),
  { minLength: 5, maxLength: 60 },
);

/** What is tried: the real appender, or one that is wrong in a way that must be found. */
export type MakeDoor = (parts: { log: Pick<Log, 'append' | 'partitionOf'>; spool: Spool; clock: Clock }) => {
  append(entry: AppendEntry): Promise<Ack>;
  stop(): Promise<unknown>;
};

export type Violation = 'lost' | 'out of order' | 'not where it was said' | 'not answered' | 'wrong refusal';

interface Sent {
  key: string;
  text: string;
  ack?: Ack;
  /** Its process died before it was answered. */
  orphan?: boolean;
  refused?: string;
}

/** One log for all schedules; each has keys and a spool of its own. */
export async function openFaultBench() {
  const dir = await mkdtemp(join(tmpdir(), 'ingest-faults-'));
  const log = await openEmbeddedLog({ dir: join(dir, 'log'), topics });
  let runs = 0;
  return {
    async run(steps: readonly Step[], makeDoor: MakeDoor): Promise<Violation[]> {
      runs += 1;
      const spoolDir = join(dir, `spool-${runs}`);
      try {
        return await runSchedule(log, spoolDir, `run-${runs}`, steps, makeDoor);
      } finally {
        await rm(spoolDir, { recursive: true, force: true });
      }
    },
    async close() {
      await log.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function runSchedule(log: Log, dir: string, run: string, steps: readonly Step[], makeDoor: MakeDoor) {
  const clock = new ManualClock();
  const faulty = new FaultyLog(log);
  const began = await nextPlaces(log);
  const sent: Sent[] = [];
  const faults: (Fault | undefined)[] = [];
  faulty.fault = ([first]) => (first && faults[log.partitionOf(TOPIC, first.key)]) ?? 'well';
  let life = await begin();

  async function begin() {
    const spool = await openSpool({ dir, topics, maxBytes: MAX_BYTES, clock: () => clock.now() });
    const alive = mortal();
    const door = makeDoor({
      log: { append: alive.only((entries) => faulty.append(entries)), partitionOf: log.partitionOf.bind(log) },
      spool: mortalSpool(spool, alive),
      clock: { now: () => clock.now(), after: (ms, run) => clock.after(ms, () => !alive.dead && run()) },
    });
    return { spool, alive, door };
  }

  function send(key: string, bytes: number): void {
    const one: Sent = { key, text: `${key}#${sent.length}#${'.'.repeat(bytes)}` };
    const { alive } = life;
    sent.push(one);
    void life.door.append({ topic: TOPIC, key, value: Buffer.from(one.text) }).then(
      (ack) => {
        if (!alive.dead) one.ack = ack;
      },
      (error: unknown) => {
        if (!alive.dead) one.refused = error instanceof EarshotError ? error.code : 'not coded';
      },
    );
  }

  /** Lets time pass until `done`; false if that does not come about. */
  async function passing(done: () => boolean): Promise<boolean> {
    const tick = () => {
      clock.advance(100);
      return done();
    };
    return vi.waitUntil(tick, { timeout: DEADLINE_MS, interval: 1 }).then(
      () => true,
      () => false,
    );
  }

  async function restart(by: 'crash' | 'stop'): Promise<void> {
    if (by === 'stop') {
      let over = false;
      void life.door.stop().then(() => {
        over = true;
      });
      await passing(() => over);
    }
    life.alive.kill();
    for (const one of sent) if (!one.ack && !one.refused) one.orphan = true;
    await life.spool.close();
    life = await begin();
  }

  for (const step of steps) {
    if (step.do === 'send') for (const key of step.keys) send(`${run}-k${key}`, step.bytes);
    else if (step.do === 'fault')
      for (const at of step.partition === undefined ? [0, 1] : [step.partition]) faults[at] = step.fault;
    else if (step.do === 'release') await faulty.release(step.how);
    else if (step.do === 'advance') clock.advance(step.ms);
    else if (step.do === 'breathe') await breathe();
    else await restart(step.by);
  }
  faults.length = 0;
  await faulty.release('fails');
  const empty = () => life.spool.lanes.every((lane) => lane.first === lane.next);
  const settled = await passing(() => empty() && sent.every((one) => one.ack || one.refused || one.orphan));
  life.alive.kill();
  await life.spool.close();
  const found = judge(sent, await recordsFrom(log, began));
  return settled ? found : [...found, 'not answered' as const];
}

function judge(sent: readonly Sent[], records: readonly LogRecord[]): Violation[] {
  const found = new Set<Violation>();
  const texts = records.map(({ value }) => Buffer.from(value).toString());
  const firstAt = new Map<string, number>();
  for (const [index, text] of texts.entries()) if (!firstAt.has(text)) firstAt.set(text, index);
  const lastOf = new Map<string, number>();
  for (const { key, text, ack, refused } of sent) {
    if (refused !== undefined && refused !== 'spool-full' && refused !== 'stopping') found.add('wrong refusal');
    if (!ack) continue;
    const index = firstAt.get(text);
    if (index === undefined) {
      found.add('lost');
      continue;
    }
    if (index < (lastOf.get(key) ?? -1)) found.add('out of order');
    lastOf.set(key, index);
    const isThere = (record: LogRecord, at: number) =>
      record.partition === ack.partition && record.offset === ack.offset && texts[at] === text;
    if (ack.offset !== undefined && !records.some(isThere)) found.add('not where it was said');
  }
  return [...found];
}

/** After the kill nothing begins any more and nothing comes back, as with a process. */
function mortal() {
  const state = {
    dead: false,
    kill() {
      state.dead = true;
    },
    only<A extends unknown[], R>(act: (...given: A) => Promise<R>): (...given: A) => Promise<R> {
      return (...given) =>
        new Promise((resolve, reject) => {
          if (state.dead) return;
          act(...given).then(
            (result) => !state.dead && resolve(result),
            (error: unknown) => !state.dead && reject(error as Error),
          );
        });
    },
  };
  return state;
}

function mortalSpool(spool: Spool, alive: ReturnType<typeof mortal>): Spool {
  const lanes = spool.lanes.map((lane) =>
    Object.assign(Object.create(lane) as typeof lane, {
      put: alive.only(lane.put.bind(lane)),
      dropBefore: alive.only(lane.dropBefore.bind(lane)),
    }),
  );
  return { lanes, maxBytes: spool.maxBytes, usedBytes: () => spool.usedBytes(), close: () => spool.close() };
}

async function breathe(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

async function nextPlaces(log: Log): Promise<number[]> {
  const partitions = Array.from({ length: PARTITIONS }, (_, number) => number);
  return Promise.all(partitions.map(async (number) => (await log.bounds(TOPIC, number)).next));
}

async function recordsFrom(log: Log, began: readonly number[]): Promise<LogRecord[]> {
  const ends = await nextPlaces(log);
  const parts = await Promise.all(
    began.map((from, partition) => log.read(TOPIC, partition, from, (ends[partition] ?? 0) - from)),
  );
  return parts.flat();
}
