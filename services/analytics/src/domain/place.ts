import type { LogRecord } from '@earshot/log';
import type { TableName, WarehouseRow } from '@earshot/warehouse';

/** A row and the table it belongs to. */
export interface TableRow {
  table: TableName;
  row: WarehouseRow & { version: number | bigint };
  /** Rows of one table with equal identity are one: the highest version stands. */
  identity: string;
  /** Offset of the record it came from. */
  offset: number;
}

/** Where a row came from; every row carries it. */
export function placeOf(record: LogRecord): WarehouseRow {
  return {
    log_topic: record.topic,
    log_partition: record.partition,
    log_offset: record.offset,
    logged_at: inRange(record.timestampMs),
  };
}

export function identityOf(...parts: (string | number)[]): string {
  return JSON.stringify(parts);
}

/** Of two rows with one identity the one that came first in the log stands. */
export function firstWins(offset: number): number {
  return Number.MAX_SAFE_INTEGER - offset;
}

/** Higher rank, then higher number, then first in the log. */
export function rankedVersion(rank: number, number: number, offset: number): bigint {
  const bounded = BigInt(Math.min(Math.max(Math.trunc(number), 0), MAX_NUMBER));
  return (BigInt(rank) << 60n) | (bounded << 42n) | (MAX_OFFSET - (BigInt(offset) & MAX_OFFSET));
}
const MAX_NUMBER = 2 ** 18 - 1;
const MAX_OFFSET = 2n ** 42n - 1n;

/** Epoch ms that the engine's dates can say: a sender's clock may be anywhere. */
export function inRange(ms: number): number {
  return Math.min(Math.max(Math.trunc(ms), 0), MAX_MS);
}
const MAX_MS = Date.UTC(2100, 0, 1);
