import type { CheckResult, Logger } from '@earshot/kit';
import { type AppendEntry, type Log, LogErrorCode, type Spool, SpoolErrorCode } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import type { Appender } from '../appender.js';
import { type Clock, SYSTEM_CLOCK } from './clock.js';
import { Lane } from './lane.js';
import type { LaneListener } from './lane-listener.js';
import { SPOOL_LIMITS, type SpoolLimits } from './limits.js';
import type { SpoolFigures, SpoolMeasures } from './measure-spool.js';

export interface SpoolingDeps {
  log: Pick<Log, 'append' | 'partitionOf'>;
  /** Belongs to whoever opened it, who closes it after `stop`. */
  spool: Spool;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  measures: SpoolMeasures;
  clock?: Clock;
  limits?: Partial<SpoolLimits>;
}

export interface SpoolingAppender extends Appender {
  /** For readiness: an operator reads that it spools; a full or broken spool sends the senders elsewhere. */
  condition(): CheckResult;
}

/**
 * An appender that goes on acknowledging while the log is away: from the spool, in order for each partition. What stands
 * in the spool goes to the log as soon as that answers, before anything newer of its partition. At least once: what the
 * log took without saying so in time it gets again, and its readers know it by the event's id.
 */
export function createSpoolingAppender(deps: SpoolingDeps): SpoolingAppender {
  const { log, spool, logger, measures, clock = SYSTEM_CLOCK } = deps;
  const limits = { ...SPOOL_LIMITS, ...deps.limits };
  let spoolFault: string | undefined;
  let awaySinceMs: number | undefined;
  let onIdle: (() => void) | undefined;
  let stopped: Promise<void> | undefined;
  let lastFigures: SpoolFigures | undefined;

  const listener: LaneListener = {
    spooled: (count) => measures.spooled(count),
    drained(count, aside) {
      measures.drained(count, aside);
      for (const code of aside) logger.error({ code }, 'an acknowledged event went to the dead letters');
      if (spoolFault === SpoolErrorCode.full) spoolFault = undefined;
    },
    logTrouble(code) {
      measures.logTrouble(code);
      if (awaySinceMs === undefined) logger.warn({ code }, 'the log does not answer; events are kept on this disk');
      awaySinceMs ??= clock.now();
    },
    spoolTrouble(code) {
      if (code !== undefined && code !== spoolFault) logger.error({ code }, 'the spool takes no more');
      spoolFault = code;
    },
    changed() {
      if (awaySinceMs !== undefined && !lanes.some((lane) => lane.away)) {
        const seconds = Math.round((clock.now() - awaySinceMs) / 1_000);
        awaySinceMs = undefined;
        logger.info({ seconds }, 'the log has everything that was kept on this disk');
      }
      if (onIdle && lanes.every((lane) => lane.idle)) onIdle();
    },
  };
  const lanes = spool.lanes.map((held) => new Lane(log, held, limits, clock, listener));
  const placeOf = (topic: string, partition: number) => `${partition}/${topic}`;
  const byPlace = new Map(spool.lanes.map((held, index) => [placeOf(held.topic, held.partition), lanes[index]]));
  const inMemory = () => lanes.reduce((sum, lane) => sum + lane.inMemory, 0);
  const onDisk = () => lanes.reduce((sum, lane) => sum + lane.onDisk, 0);

  measures.watch(() => lastFigures ?? figures());
  if (onDisk() > 0) {
    awaySinceMs = clock.now();
    logger.info({ entries: onDisk() }, 'events from before the last stop go to the log first');
    for (const lane of lanes) lane.schedule();
  }

  function figures(): SpoolFigures {
    const nowMs = clock.now();
    const oldestMs = lanes.reduce((oldest, lane) => Math.min(oldest, lane.oldestMs() ?? nowMs), nowMs);
    const { maxBytes: capacityBytes } = spool;
    return { entries: onDisk(), bytes: spool.usedBytes(), capacityBytes, oldestMs: nowMs - oldestMs };
  }

  function laneOf(entry: AppendEntry): Lane {
    // The spool would write another character in its place, and so another key.
    if (!entry.key.isWellFormed()) throw new EarshotError(LogErrorCode.keyInvalid, 'a key holds half a character');
    const partition = entry.partition ?? log.partitionOf(entry.topic, entry.key);
    const lane = byPlace.get(placeOf(entry.topic, partition));
    if (!lane) throw new EarshotError('internal', `the spool has no lane for ${entry.topic}/${partition}`);
    return lane;
  }

  async function stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      const unarm = clock.after(limits.drainMs, resolve);
      onIdle = () => {
        unarm();
        resolve();
      };
      for (const lane of lanes) lane.hurry();
    });
    for (const lane of lanes) lane.end(stopping());
    // The spool may be closed under whoever asks later.
    lastFigures = figures();
    const { entries, bytes } = lastFigures;
    if (entries > 0) logger.warn({ entries, bytes }, 'events stay on this disk; the next start sends them');
  }

  return {
    async append(entry) {
      if (stopped) throw stopping();
      const lane = laneOf(entry);
      if (inMemory() >= limits.waiting) {
        throw new EarshotError('overloaded', 'too much is waiting for the log; send again', { retry: true });
      }
      return lane.add(entry);
    },
    waiting: inMemory,
    condition() {
      if (spoolFault !== undefined) return { ok: false, reason: spoolFault };
      if (awaySinceMs === undefined) return { ok: true };
      return { ok: true, note: `spooling: ${onDisk()} events wait for the log` };
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function stopping(): EarshotError {
  return new EarshotError('stopping', 'the door is closing; send again', { retry: true });
}
