import { mkdir, realpath } from 'node:fs/promises';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { type ClientConnection, createClientWarehouse, SILENT } from '../client-warehouse.js';
import { engineFailure, warehouseInUse } from '../errors.js';
import { ENGINE_DIR } from '../places.js';
import type { ReadOnlyLimits, Warehouse } from '../port.js';
import { type Engine, type EngineConnection, loadEngine } from './engine.js';

export interface ChdbOptions {
  /** Folder of the data; made if absent. One process, and in it one folder, at a time. */
  dir: string;
  /** Folder whose node_modules hold chdb; default: `engine/` of this package. */
  engineDir?: string;
}

/**
 * The ClickHouse engine in this process. Throws `engine-missing` while it is not installed and `warehouse-in-use` when
 * another process (or another folder in this one) holds it; both can be tried again. Bound queries run one at a time in
 * the whole process, off the event loop.
 */
export async function openChdbWarehouse(options: ChdbOptions): Promise<Warehouse> {
  const engine = loadEngine(options.engineDir ?? ENGINE_DIR);
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const path = await realpath(options.dir);
  const client = await connect(engine, path, SESSION_SETTINGS);
  const connection: ClientConnection = {
    client,
    async withReader(limits, use) {
      const reader = await connect(engine, path, readerSettings(limits));
      try {
        return await use(reader);
      } finally {
        await reader.close();
      }
    },
    failure: engineFailure,
    patiently: (work) => work(),
    // The engine is in this process: closing it under a running statement would bring the process down.
    async close(inHand) {
      await inHand;
      await client.close();
      await engine.drainPending();
    },
  };
  return createClientWarehouse(connection);
}

interface Statement {
  sql: string;
  params?: Record<string, number>;
}

async function connect(engine: Engine, path: string, settings: readonly Statement[]): Promise<ClickHouseClient> {
  let connection: EngineConnection;
  try {
    connection = engine.createChdbConnection({ path });
  } catch {
    // Two reasons only, and both mean the same to the caller: the lock file is held by another process, or this
    // process is bound to another folder.
    throw warehouseInUse(path);
  }
  const client = createClient({ connection, log: SILENT });
  try {
    for (const { sql, params } of settings) await client.command({ query: sql, query_params: params });
    return client;
  } catch (thrown) {
    await client.close();
    throw engineFailure('opening the warehouse', thrown);
  }
}

// 64-bit integers as strings: a JavaScript number would lose digits without a word.
const SESSION_SETTINGS: readonly Statement[] = [
  { sql: 'SET output_format_json_quote_64bit_integers = 1' },
  { sql: 'SET max_execution_time = 60' },
];

/** A session of its own for each statement: what it sets dies with it, and `readonly = 1` cannot be taken back in it. */
function readerSettings(limits: ReadOnlyLimits): Statement[] {
  return [
    { sql: 'SET output_format_json_quote_64bit_integers = 1' },
    { sql: 'SET max_execution_time = {seconds:Float64}', params: { seconds: limits.maxSeconds } },
    { sql: 'SET max_result_rows = {rows:UInt64}', params: { rows: limits.maxRows } },
    { sql: "SET result_overflow_mode = 'throw'" },
    { sql: 'SET max_memory_usage = {bytes:UInt64}', params: { bytes: limits.maxMemoryBytes } },
    { sql: 'SET max_threads = 1' },
    { sql: 'SET readonly = 1' },
  ];
}
