import type { TableName } from './tables.js';

/**
 * The warehouse: tables that are a copy of the log, written by analytics alone.
 * Every adapter keeps these promises; `contract.ts` is the suite that proves them.
 *
 * - A resolved `insert` is there for every later query and survives the death of the process. A rejected one may still
 *   have happened: doing it again with the same token is safe.
 * - The same token on the same table inserts once (the engine remembers the last 1,000 tokens of a table).
 * - Rows of one identity (the table's order key) are one row when read with FINAL, whatever the batches were.
 * - Values reach the engine only as bound parameters or row data, never as SQL.
 * - No error holds a value of a row or a parameter; see `errors.ts` for the codes.
 */
export interface Warehouse {
  /** Brings the schema to this code's version and sets how long data is kept. Safe to call at every start. */
  migrate(retention?: Partial<Retention>): Promise<MigrationReport>;
  /** One batch, all or nothing within a month of log time. Rows may be empty: nothing happens. */
  insert(table: TableName, rows: readonly WarehouseRow[], options: { token: string }): Promise<void>;
  /** Our own SQL with `{name:Type}` placeholders. 64-bit integers come back as decimal strings. */
  query(query: WarehouseQuery): Promise<AnswerRow[]>;
  /** Somebody else's SQL: one statement that reads tables, nothing else; see `read-only.ts`. Never throws for bad SQL. */
  readOnly(sql: string, limits: ReadOnlyLimits): Promise<ReadOnlyAnswer>;
  state(): 'ready' | 'closed';
  /** Waits for what is in hand, then lets go of the store. Idempotent; afterwards calls throw `warehouse-closed`. */
  close(): Promise<void>;
}

/** Column → value. Lone surrogates become U+FFFD, bigints keep every digit, times are epoch ms. */
export type WarehouseRow = Readonly<Record<string, CellValue>>;
export type CellValue =
  | string
  | number
  | bigint
  | boolean
  | readonly string[]
  | readonly number[]
  | Readonly<Record<string, string>>;

export interface WarehouseQuery {
  /** Names the question in errors and figures, e.g. `alerts-by-rule-and-day`. */
  name: string;
  sql: string;
  params: Readonly<Record<string, ParamValue>>;
}

export type ParamValue = string | number | bigint | boolean | readonly string[] | readonly number[];

/** As the engine's JSON gives them. */
export type AnswerRow = Record<string, unknown>;

/** Days that each class of data is kept. */
export interface Retention {
  /** Utterances, what was felt in them, and quoted words of findings and alerts. */
  transcriptDays: number;
  conversationDays: number;
  /** Findings, alerts and their deliveries. */
  alertDays: number;
  deadLetterDays: number;
}

export const DEFAULT_RETENTION: Retention = {
  transcriptDays: 90,
  conversationDays: 365,
  alertDays: 365,
  deadLetterDays: 30,
};

export interface MigrationReport {
  /** Versions applied by this call. */
  applied: number[];
  version: number;
  retentionChanged: boolean;
}

export interface ReadOnlyLimits {
  maxSeconds: number;
  maxRows: number;
  maxMemoryBytes: number;
}

export const DEFAULT_READ_ONLY_LIMITS: ReadOnlyLimits = { maxSeconds: 30, maxRows: 10_000, maxMemoryBytes: 1 << 30 };

/**
 * `refused`: not one reading statement. `failed`: the engine could not run it; `message` is the engine's own words, for
 * the person who wrote the SQL and for no log.
 */
export type ReadOnlyAnswer =
  | { ok: true; rows: AnswerRow[] }
  | { ok: false; code: 'refused' | 'failed' | 'too-many-rows' | 'too-slow'; message: string };
