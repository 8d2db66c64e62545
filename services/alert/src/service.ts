import { asError, type Logger, type Metrics } from '@earshot/kit';
import { deadLetterEntry, type Log, type Subscription } from '@earshot/log';
import { runFold } from '@earshot/log/fold';
import { TOPICS } from '@earshot/wire';
import { countRaised, RAISED } from './count-raised.js';
import { alertDefinition } from './domain/definition.js';
import type { Routing } from './domain/routing.js';

export interface AlertServiceDeps {
  log: Log;
  logger: Logger;
  metrics: Metrics;
  /** The partition is no longer worked on: the process has to be replaced. */
  onFatal(error: Error): void;
  /** Who is told outside; absent: nobody. */
  routing?: Routing;
  settings?: Partial<AlertSettings>;
}

export interface AlertSettings {
  timeToLiveMs: number;
  lingerMs: number;
  idleMs: number;
  expireAfterMs: number;
  maxRefold: number;
  commitEveryMs: number;
  tickMs: number;
}

export const DEFAULT_SETTINGS: AlertSettings = {
  timeToLiveMs: 5 * 60_000,
  lingerMs: 10 * 60_000,
  idleMs: 24 * 3_600_000,
  expireAfterMs: 12 * 3_600_000,
  maxRefold: 50_000,
  commitEveryMs: 250,
  tickMs: 50,
};

/** Hears `cases`, says `alerts` and what is due in `deliveries`: decides who must know. Stop it by the returned subscription. */
export function create(deps: AlertServiceDeps): Promise<Subscription> {
  const { log, logger, metrics } = deps;
  const settings = { ...DEFAULT_SETTINGS, ...deps.settings };
  const refused = metrics.counter('earshot_case_facts_refused_total', 'Facts in cases that could not be used');
  const alarms = metrics.counter('earshot_fold_alarms_total', 'Alarms of a fold, each also a log line', [
    'fold',
    'code',
  ]);
  const definition = alertDefinition({
    ...settings,
    raises: ({ severity }) => RAISED.includes(severity),
    ...(deps.routing ? { routing: deps.routing } : {}),
  });
  return runFold(log, TOPICS.cases, definition, {
    maxRefold: settings.maxRefold,
    commitEveryMs: settings.commitEveryMs,
    tickMs: settings.tickMs,
    deadLetter: deadLetterEntry,
    onAlarm(code, detail) {
      alarms.inc({ fold: 'alert', code });
      logger.error({ code, partition: Number(detail.partition ?? -1) }, 'alert service alarm');
    },
    onTold: countRaised(metrics),
    onCount: (what) => {
      if (what === 'not-inspected') refused.inc();
    },
    onStopped: (error, partition) => {
      logger.error({ err: asError(error), partition }, 'alert service stopped on a partition');
      deps.onFatal(asError(error));
    },
  });
}
