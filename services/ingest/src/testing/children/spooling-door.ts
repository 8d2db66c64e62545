import { writeSync } from 'node:fs';
import type { Spool } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { openSpool } from '@earshot/log/spool';
import { TOPICS } from '@earshot/wire';
import { createSpoolingAppender } from '../../spool/spooling-appender.js';
import { type Fault, FaultyLog } from '../faulty-log.js';

/*
 * A process that kills itself in the very moment of an acknowledgement: appends numbered entries over a log that comes
 * and goes, says each one that was acknowledged, and at `dieAt` of them is gone. With `early`, the spool says that it has
 * written before it has.
 */
const [dir = '', run = '', dieAt = '0', mode = ''] = process.argv.slice(2);
const topics = { [TOPICS.conversations]: { partitions: 4 } };
const WIDTH = 16;

const log = await openEmbeddedLog({ dir: `${dir}/log`, topics });
const disk = await openSpool({ dir: `${dir}/spool`, topics });
const faulty = new FaultyLog(log);
const faults: readonly Fault[] = ['away', 'away', 'lost-answer', 'well', 'part', 'well', 'away'];
let calls = 0;
faulty.fault = () => {
  calls += 1;
  return faults[Math.floor(calls / 12) % faults.length] ?? 'well';
};

const early: Spool = {
  lanes: disk.lanes.map((lane) =>
    Object.assign(Object.create(lane) as typeof lane, {
      async put(entries: Parameters<typeof lane.put>[0]) {
        void lane.put(entries);
      },
    }),
  ),
  maxBytes: disk.maxBytes,
  usedBytes: () => disk.usedBytes(),
  close: () => disk.close(),
};

const silent = () => undefined;
const appender = createSpoolingAppender({
  log: faulty,
  spool: mode === 'early' ? early : disk,
  logger: { info: silent, warn: silent, error: silent },
  measures: { spooled: silent, drained: silent, logTrouble: silent, watch: silent },
  limits: { batch: 20, longestPauseMs: 5 },
});

let number = 0;
let acknowledged = 0;
async function send(): Promise<never> {
  for (;;) {
    const own = number++;
    const value = Buffer.from(`${run}:${own}`);
    const { offset } = await appender.append({ topic: TOPICS.conversations, key: `k${own % 4}`, value });
    acknowledged += 1;
    const last = acknowledged >= Number(dieAt) && (mode !== 'early' || offset === undefined);
    writeSync(1, `ack ${own}\n`);
    if (last) process.kill(process.pid, 'SIGKILL');
  }
}
await Promise.all(Array.from({ length: WIDTH }, send));
