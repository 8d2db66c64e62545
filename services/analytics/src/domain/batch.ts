import type { LogRecord } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import type { TableName } from '@earshot/warehouse';
import type { TableRow } from './place.js';
import { rowOfUnusable } from './rows-of-dead-letter.js';

/** Turns one record of a topic into rows; throws for one that it cannot read. */
export type RowsOf = (record: LogRecord) => TableRow[];

export interface Batch {
  /** Sorted by name, so that a batch is always inserted in the same order. */
  tables: [TableName, TableRow[]][];
  /** Records that became a dead-letter row instead. */
  unusable: { offset: number; reason: string }[];
}

/**
 * The rows of a range of records, table by table. Of rows with one identity only the one that stands is kept, so a
 * hundred revisions of an utterance within a batch are one row. A function of the records alone.
 */
export function batchOf(records: readonly LogRecord[], rowsOf: RowsOf): Batch {
  const byTable = new Map<TableName, Map<string, TableRow>>();
  const unusable: Batch['unusable'] = [];
  for (const record of records) {
    for (const made of rowsOrDeadLetter(record, rowsOf, unusable)) {
      const rows = byTable.get(made.table) ?? new Map<string, TableRow>();
      byTable.set(made.table, rows);
      const known = rows.get(made.identity);
      if (!known || made.row.version > known.row.version) rows.set(made.identity, made);
    }
  }
  const tables = [...byTable].map(([table, rows]): [TableName, TableRow[]] => [table, [...rows.values()]]);
  return { tables: tables.sort(([a], [b]) => (a < b ? -1 : 1)), unusable };
}

function rowsOrDeadLetter(record: LogRecord, rowsOf: RowsOf, unusable: Batch['unusable']): TableRow[] {
  try {
    return rowsOf(record);
  } catch (error) {
    const reason = error instanceof EarshotError ? error.code : 'invalid';
    unusable.push({ offset: record.offset, reason });
    return [rowOfUnusable(record, reason)];
  }
}
