import { asError, type Logger } from '@earshot/kit';
import { deadLetterEntry, type Log, type Subscription } from '@earshot/log';
import { runFold } from '@earshot/log/fold';
import { TOPICS } from '@earshot/wire';
import { historyDefinition } from './definition.js';

export interface HistoryDeps {
  log: Log;
  logger: Logger;
  /** The partition is no longer counted: the process has to be replaced. */
  onFatal(error: Error): void;
  settings?: { maxRefold?: number; commitEveryMs?: number; tickMs?: number };
}

/**
 * A subject is remembered for days, so many are. With more of them per partition than this, their checkpoints would
 * follow each other without end.
 */
const MAX_REFOLD = 100_000;

/** Hears `history`, says `conversations`: what other conversations are known to have brought. */
export function createHistory({ log, logger, onFatal, settings = {} }: HistoryDeps): Promise<Subscription> {
  const { maxRefold = MAX_REFOLD, commitEveryMs = 250, tickMs = 250 } = settings;
  return runFold(log, TOPICS.history, historyDefinition, {
    maxRefold,
    // Nothing is said of them, only their end is looked for.
    assertAtOnce: 200,
    commitEveryMs,
    tickMs,
    deadLetter: deadLetterEntry,
    onAlarm: (code) => logger.error({ code }, 'history alarm'),
    onCount: () => undefined,
    onStopped: (error, partition) => {
      logger.error({ err: asError(error), partition }, 'history stopped on a partition');
      onFatal(asError(error));
    },
  });
}
