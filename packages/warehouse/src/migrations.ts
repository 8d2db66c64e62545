import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationChanged, schemaNewer } from './errors.js';
import { MIGRATIONS_DIR } from './places.js';
import {
  type AnswerRow,
  DEFAULT_RETENTION,
  type MigrationReport,
  type ParamValue,
  type Retention,
  type Warehouse,
} from './port.js';

/** What the runner needs of a warehouse: statements in order, one at a time. */
export interface StatementRunner {
  run(sql: string, params?: Readonly<Record<string, ParamValue>>): Promise<void>;
  rows(sql: string): Promise<AnswerRow[]>;
}

interface MigrationFile {
  version: number;
  name: string;
  statements: string[];
  checksum: string;
}

const RETENTION_FILE = 'retention.sql';
/** Where the applied retention is remembered; numbered files begin at 1. */
const RETENTION_VERSION = 0;

/**
 * Numbered files run once each, in order, and may never change afterwards; `retention.sql` runs whenever it or its
 * figures changed. Each statement is safe to repeat, so a crash between a file and its mark costs nothing.
 */
export async function migrate(
  runner: StatementRunner,
  wanted: Partial<Retention> = {},
  dir: string = MIGRATIONS_DIR,
): Promise<MigrationReport> {
  const retention: Retention = { ...DEFAULT_RETENTION, ...wanted };
  const files = await readMigrations(dir);
  const known = files.at(-1)?.version ?? 0;
  await runner.run('CREATE DATABASE IF NOT EXISTS earshot ENGINE = Atomic');
  await runner.run(CREATE_SCHEMA_MIGRATIONS);
  const marks = await readMarks(runner);
  const newest = Math.max(0, ...marks.keys());
  if (newest > known) throw schemaNewer(newest, known);

  const applied: number[] = [];
  for (const file of files) {
    const mark = marks.get(file.version);
    if (mark !== undefined && mark !== file.checksum) throw migrationChanged(file.name);
    if (mark !== undefined) continue;
    for (const statement of file.statements) await runner.run(statement);
    await setMark(runner, file.version, file.name, file.checksum);
    applied.push(file.version);
  }

  const statements = splitStatements(await readFile(join(dir, RETENTION_FILE), 'utf8'));
  const checksum = sha256(JSON.stringify([statements, Object.entries(retention).sort()]));
  const retentionChanged = marks.get(RETENTION_VERSION) !== checksum;
  if (retentionChanged) {
    for (const statement of statements) await runner.run(statement, { ...retention });
    await setMark(runner, RETENTION_VERSION, RETENTION_FILE, checksum);
  }
  return { applied, version: known, retentionChanged };
}

/** How a schema stands against this code. */
export interface SchemaState {
  /** Newest version that this code has, and that the schema has; 0: none. */
  known: number;
  found: number;
  /** Versions of this code that have not been applied. */
  missing: number[];
  /** Files that are not what was applied under their number. */
  changed: string[];
}

/** Looks without changing anything. Throws what the warehouse throws. */
export async function schemaState(
  warehouse: Pick<Warehouse, 'query'>,
  dir: string = MIGRATIONS_DIR,
): Promise<SchemaState> {
  const files = await readMigrations(dir);
  const rows = (sql: string) => warehouse.query({ name: 'schema-state', sql, params: {} });
  const there = await rows(`SELECT name FROM system.tables WHERE database = 'earshot' AND name = 'schema_migrations'`);
  const marks = there.length === 0 ? new Map<number, string>() : await readMarks({ rows });
  return {
    known: files.at(-1)?.version ?? 0,
    found: Math.max(0, ...marks.keys()),
    missing: files.filter(({ version }) => !marks.has(version)).map(({ version }) => version),
    changed: files
      .filter(({ version, checksum }) => (marks.get(version) ?? checksum) !== checksum)
      .map(({ name }) => name),
  };
}

async function readMigrations(dir: string): Promise<MigrationFile[]> {
  const names = (await readdir(dir)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(dir, name), 'utf8');
      return { version: Number(name.slice(0, 4)), name, statements: splitStatements(sql), checksum: sha256(sql) };
    }),
  );
}

/** A statement ends with a semicolon at the end of a line. Only our own files come here. */
function splitStatements(sql: string): string[] {
  return sql
    .split(/;[ \t]*(?:\r?\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

async function readMarks(runner: Pick<StatementRunner, 'rows'>): Promise<Map<number, string>> {
  const rows = await runner.rows('SELECT version, checksum FROM earshot.schema_migrations FINAL');
  return new Map(rows.map((row) => [Number(row.version), String(row.checksum)]));
}

async function setMark(runner: StatementRunner, version: number, name: string, checksum: string): Promise<void> {
  await runner.run(
    'INSERT INTO earshot.schema_migrations SELECT {version:UInt32}, {name:String}, {checksum:String}, now64(3)',
    { version, name, checksum },
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const CREATE_SCHEMA_MIGRATIONS = `CREATE TABLE IF NOT EXISTS earshot.schema_migrations
(version UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC'))
ENGINE = ReplacingMergeTree(applied_at) ORDER BY version`;
