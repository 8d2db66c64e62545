import type { Logger, Metrics } from '@earshot/kit';
import type { LogRecord } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import { decodeAlertRecord } from '@earshot/wire';
import type { Hub } from './live/hub.js';
import type { Book } from './state/book.js';

export interface ConsumerDeps {
  book: Book;
  hub: Hub;
  logger: Logger;
  metrics: Metrics;
}

/** Each alert to whoever sees its conversation, as soon as the batch has been read. */
export function onAlerts({ book, hub, ...rest }: ConsumerDeps): (records: readonly LogRecord[]) => Promise<void> {
  return async function takeAlerts(records) {
    for (const record of records) {
      const decoded = readable(record, decodeAlertRecord, rest);
      book.moved(record.partition, record.offset);
      const change = decoded && book.applyAlert(decoded, record);
      if (change) hub.take(change, record);
    }
    hub.flush();
  };
}

/** A record that cannot be read keeps nobody waiting: its own consumer files it as a dead letter, here it is counted. */
export function readable<T>(
  record: LogRecord,
  decode: (bytes: Uint8Array) => T,
  { logger, metrics }: Pick<ConsumerDeps, 'logger' | 'metrics'>,
): T | undefined {
  try {
    return decode(record.value);
  } catch (error) {
    const code = error instanceof EarshotError ? error.code : 'internal';
    const { topic, partition, offset } = record;
    metrics.counter('earshot_console_unreadable_total', 'Records that could not be read', ['topic']).inc({ topic });
    logger.warn({ topic, partition, offset, code }, 'record cannot be read');
    return undefined;
  }
}
