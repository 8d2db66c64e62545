import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createMetrics, createScope } from '@earshot/kit';
import type { LogRecord, Spool } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { openSpool } from '@earshot/log/spool';
import { TOPICS } from '@earshot/wire';
import { vi } from 'vitest';
import type { Ack } from '../appender.js';
import type { SpoolLimits } from '../spool/limits.js';
import { measureSpool } from '../spool/measure-spool.js';
import { createSpoolingAppender, type SpoolingAppender } from '../spool/spooling-appender.js';
import { FaultyLog } from './faulty-log.js';
import { ManualClock } from './manual-clock.js';

export const TOPIC = TOPICS.conversations;
export const PARTITIONS = 2;
const topics = { [TOPIC]: { partitions: PARTITIONS } };

export async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 10_000, interval: 1 });
}

export function textOf({ value }: { value: Uint8Array }): string {
  return Buffer.from(value).toString();
}

/** A spooling appender over a real log and a real spool in folders of their own, and the means to hurt them. */
export async function startSpooling(
  options: { limits?: Partial<SpoolLimits>; maxBytes?: number; wrapSpool?: (spool: Spool) => Spool } = {},
) {
  const scope = createScope();
  const dir = await mkdtemp(join(tmpdir(), 'ingest-spool-'));
  scope.defer('folder', () => rm(dir, { recursive: true, force: true }));
  const log = await openEmbeddedLog({
    dir: join(dir, 'log'),
    topics: { ...topics, [TOPICS.deadLetters]: { partitions: 1 } },
  });
  scope.defer('log', () => log.close());
  const { maxBytes, wrapSpool = (same: Spool) => same } = options;
  const clock = new ManualClock();
  const faulty = new FaultyLog(log);
  const lines: string[] = [];
  const keys = Array.from({ length: PARTITIONS }, (_, partition) => keyOf(partition));
  let spool: Spool;
  let appender: SpoolingAppender;
  let metrics = createMetrics();

  function keyOf(partition: number): string {
    for (let n = 0; ; n++) if (log.partitionOf(TOPIC, `t|c${n}`) === partition) return `t|c${n}`;
  }

  async function start(): Promise<void> {
    spool = await openSpool({
      dir: join(dir, 'spool'),
      topics,
      clock: () => clock.now(),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    metrics = createMetrics();
    appender = createSpoolingAppender({
      log: faulty,
      spool: wrapSpool(spool),
      logger: createLogger({ service: 'ingest', to: { write: (line) => void lines.push(line) } }),
      measures: measureSpool(metrics),
      clock,
      limits: options.limits,
    });
  }
  /** Time passes as fast as it can until `done` has come about. */
  async function inTime<T>(done: Promise<T>): Promise<T> {
    let over = false;
    const watched = done.finally(() => {
      over = true;
    });
    await until(() => {
      clock.advance(100);
      return over;
    });
    return watched;
  }
  async function stop(): Promise<void> {
    await inTime(appender.stop());
    await spool.close();
  }
  await start();
  scope.defer('appender', async () => {
    faulty.fault = () => 'well';
    await faulty.release('fails');
    await stop();
  });

  async function records(topic: string = TOPIC, partition = 0): Promise<LogRecord[]> {
    const { next } = await log.bounds(topic, partition);
    return log.read(topic, partition, 0, next);
  }

  return {
    log,
    folder: dir,
    faulty,
    clock,
    lines,
    inTime,
    stop,
    start,
    records,
    spool: () => spool,
    appender: () => appender,
    /** The condition that readiness asks for. */
    condition: () => appender.condition(),
    metric: async (name: string) =>
      Number(new RegExp(`^${name}(?:{[^}]*})? (.+)$`, 'm').exec(await metrics.text())?.[1]),
    /** Hands in one entry; it goes to `partition`. */
    append: (text: string, partition = 0): Promise<Ack> =>
      appender.append({ topic: TOPIC, key: keys[partition] as string, value: Buffer.from(text) }),
    onDisk: (partition = 0) => {
      const lane = spool.lanes[partition];
      return lane ? lane.next - lane.first : 0;
    },
    texts: async (topic: string = TOPIC, partition = 0) => (await records(topic, partition)).map(textOf),
    close: () => scope.close(),
  };
}
