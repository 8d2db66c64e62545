import type { Assignment, LogRecord, PartitionHandler } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import type { TableName, Warehouse } from '@earshot/warehouse';
import type { Clock } from './clock.js';
import { batchOf, type RowsOf } from './domain/batch.js';
import type { TableRow } from './domain/place.js';
import { decodeIntent, encodeIntent, type Intent, nextBatch, tokenOf } from './domain/range.js';
import { rowOfUnusable } from './domain/rows-of-dead-letter.js';
import { isThrough } from './give-up.js';

export interface LandingDeps {
  warehouse: Warehouse;
  clock: Clock;
  stopping: AbortSignal;
  settings: LandingSettings;
  onLanded(landed: { table: TableName; rows: number }): void;
  /** A record or row that will never become a row as it is; a dead-letter row stands in for it. */
  onUnusable(unusable: { offset: number; reason: string }): void;
  onCaughtUpTo(record: LogRecord): void;
}

export interface LandingSettings {
  /** At most this many records become one batch. */
  maxRecords: number;
  /** A quiet partition lands at most this often, ms: small inserts are what an engine of this kind bears least. */
  everyMs: number;
  /** A delivery of at least this many records means a backlog: no pause after it. */
  backlogRecords: number;
  /** When the partition is to be left, an engine that does not answer is waited for this long, ms. */
  giveUpAfterMs: number;
}

export const DEFAULT_LANDING: LandingSettings = {
  maxRecords: 5_000,
  everyMs: 800,
  backlogRecords: 256,
  giveUpAfterMs: 2_000,
};

/**
 * Lands one partition of a topic, batch by batch:
 * 1. the batch's end is committed as an intent beside the offset it begins at,
 * 2. its rows are inserted, table by table, under the batch's token,
 * 3. the offset moves.
 * A crash after 1 or 2 repeats the same batch under the same token; the engine drops what it has.
 * A failure rejects `handle`: nothing has been committed, and the service begins again from the last offset.
 * Whoever has the partition next repeats a batch that was given up, so what the engine does with it later does no harm.
 */
export function landPartition(assignment: Assignment, rowsOf: RowsOf, deps: LandingDeps): PartitionHandler {
  const { warehouse, clock, stopping, settings } = deps;
  const { topic, partition, committed, first } = assignment;
  const from = Math.max(committed?.offset ?? first, first);
  let intent: Intent | undefined = decodeIntent(committed?.metadata);
  let held: LogRecord[] = [];
  const leaving = AbortSignal.any([stopping, assignment.leaving]);
  let givenUp = false;

  async function land(records: readonly LogRecord[], begin: number, end: number): Promise<void> {
    if (intent?.to !== end) await assignment.commit(begin, encodeIntent({ to: end }));
    intent = { to: end };
    const batch = batchOf(records, rowsOf);
    const token = tokenOf(topic, partition, begin, end);
    for (const [table, rows] of batch.tables) await insert(table, rows, token, records);
    // Somebody else has the partition, and may be further on.
    if (givenUp) return;
    await assignment.commit(end, '');
    intent = undefined;
    for (const one of batch.unusable) deps.onUnusable(one);
  }

  /** Rows that the engine refuses are found by halving; the halves' names derive from the batch's, so they repeat too. */
  async function insert(
    table: TableName,
    rows: TableRow[],
    token: string,
    records: readonly LogRecord[],
  ): Promise<void> {
    try {
      await warehouse.insert(
        table,
        rows.map(({ row }) => row),
        { token },
      );
      deps.onLanded({ table, rows: rows.length });
    } catch (error) {
      if (!(error instanceof EarshotError) || error.code !== 'warehouse-refused' || table === 'dead_letters')
        throw error;
      if (rows.length > 1) {
        const middle = Math.ceil(rows.length / 2);
        await insert(table, rows.slice(0, middle), `${token}/0`, records);
        await insert(table, rows.slice(middle), `${token}/1`, records);
        return;
      }
      const offset = rows[0]?.offset ?? 0;
      const record = records.find((one) => one.offset === offset);
      if (record) await insert('dead_letters', [rowOfUnusable(record, error.code)], `${token}/${offset}`, records);
      deps.onUnusable({ offset, reason: error.code });
    }
  }

  return {
    from,
    async handle(records) {
      const beganMs = clock.nowMs();
      held = held.concat(records);
      while (!leaving.aborted) {
        const batch = nextBatch(held, intent, settings.maxRecords);
        if (!batch) break;
        const work = land(batch.records, batch.from, batch.to);
        givenUp = !(await isThrough(work, { leaving, graceMs: settings.giveUpAfterMs, clock }));
        if (givenUp) return;
        held = held.slice(batch.records.length);
      }
      const last = records.at(-1);
      if (last && !leaving.aborted) deps.onCaughtUpTo(last);
      if (records.length >= settings.backlogRecords) return;
      await clock.pause(settings.everyMs - (clock.nowMs() - beganMs), leaving);
    },
    close: async () => {},
  };
}
