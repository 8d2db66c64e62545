import type { Logger, Metrics } from '@earshot/kit';
import type { Log, LogRecord } from '@earshot/log';
import type { TableName } from '@earshot/warehouse';

/** What analytics counts; the callbacks of one topic's landing move them. */
export function figuresOf({ log, logger, metrics }: { log: Log; logger: Logger; metrics: Metrics }) {
  const rows = metrics.counter('earshot_analytics_rows_total', 'Rows landed in the warehouse', ['table']);
  const batches = metrics.counter('earshot_analytics_batches_total', 'Batches landed in the warehouse', ['table']);
  const unusable = metrics.counter('earshot_analytics_unusable_total', 'Records that could not become rows', [
    'reason',
  ]);
  const delay = metrics.gauge('earshot_analytics_delay_seconds', 'From the log to the warehouse, newest record', [
    'topic',
  ]);
  const on = metrics.gauge('earshot_analysis_on', '1 while the warehouse is open');
  return {
    on,
    ofTopic: (topic: string) => ({
      onLanded: (landed: { table: TableName; rows: number }) => {
        rows.inc({ table: landed.table }, landed.rows);
        batches.inc({ table: landed.table });
      },
      onUnusable: ({ offset, reason }: { offset: number; reason: string }) => {
        unusable.inc({ reason });
        logger.warn({ topic, offset, code: reason }, 'a record could not become rows');
      },
      onCaughtUpTo: (record: LogRecord) => delay.set({ topic }, Math.max(0, log.clock() - record.timestampMs) / 1_000),
    }),
  };
}
