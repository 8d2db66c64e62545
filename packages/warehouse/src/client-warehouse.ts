import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ClickHouseClient, ClickHouseLogLevel, parseError } from '@clickhouse/client';
import type { EarshotError } from '@earshot/model';
import { encodeParams, encodeRows } from './encode.js';
import { engineCode, warehouseClosed } from './errors.js';
import { migrate } from './migrations.js';
import type { AnswerRow, ParamValue, ReadOnlyAnswer, ReadOnlyLimits, Warehouse, WarehouseRow } from './port.js';
import { judgeStatement } from './read-only.js';
import { insertStatement } from './tables.js';

/** What an adapter adds to the client that all share. */
export interface ClientConnection {
  client: ClickHouseClient;
  /** Runs `use` with a client that can only read, within the limits, then lets it go. */
  withReader<T>(limits: ReadOnlyLimits, use: (reader: ClickHouseClient) => Promise<T>): Promise<T>;
  /** What is told of something that was thrown; never the thrown message, which quotes rows. */
  failure(what: string, thrown: unknown): EarshotError;
  /** Does something that may be done twice; where the way to the engine is a network, perhaps more than once. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** Called once; nothing new begins after it. `inHand` resolves when what has begun is through. */
  close(inHand: Promise<unknown>): Promise<void>;
}

/** The client would write what the engine says to the console, and the engine quotes rows. */
export const SILENT = { level: ClickHouseLogLevel.OFF };

/** The warehouse over the official client; where the client's requests go is the adapter's business. */
export function createClientWarehouse(connection: ClientConnection): Warehouse {
  const { client } = connection;
  const inHand = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  async function guarded<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (closing) throw warehouseClosed();
    const running = work();
    inHand.add(running);
    try {
      return await running;
    } catch (thrown) {
      throw connection.failure(what, thrown);
    } finally {
      inHand.delete(running);
    }
  }

  async function select(sql: string, params: Readonly<Record<string, ParamValue>>): Promise<AnswerRow[]> {
    const answer = await client.query({ query: sql, query_params: encodeParams(params), format: 'JSONEachRow' });
    return answer.json<AnswerRow>();
  }

  async function send(statement: string, token: string, rows: readonly WarehouseRow[]): Promise<void> {
    const { stream } = await client.exec({
      query: statement,
      query_params: encodeParams({ token }),
      values: Readable.from(encodeRows(rows)),
    });
    // An insert answers nothing: words are a failure that came after the status line. Read to the end, because an answer
    // that breaks off is none.
    const words = await text(stream);
    if (words !== '') throw parseError(words);
  }

  const runner = {
    run: async (sql: string, params: Readonly<Record<string, ParamValue>> = {}) => {
      await client.command({ query: sql, query_params: encodeParams(params) });
    },
    rows: (sql: string) => select(sql, {}),
  };

  return {
    migrate: (retention) => guarded('migrations', () => migrate(runner, retention)),

    insert: (table, rows, { token }) =>
      guarded(`insert into ${table}`, async () => {
        if (rows.length === 0) return;
        await connection.patiently(() => send(insertStatement(table), token, rows));
      }),

    query: ({ name, sql, params }) => guarded(name, () => connection.patiently(() => select(sql, params))),

    readOnly: (sql, limits) =>
      guarded('read-only SQL', async () => {
        const [row] = await select('SELECT formatQuerySingleLineOrNull({sql:String}) AS canonical', { sql });
        const verdict = judgeStatement(typeof row?.canonical === 'string' ? row.canonical : null);
        if (!verdict.ok) return { ok: false, code: 'refused', message: verdict.message };
        return connection.withReader(limits, (reader) => read(reader, verdict.sql));
      }),

    state: () => (closing ? 'closed' : 'ready'),

    close: () => {
      closing ??= connection.close(Promise.allSettled(inHand));
      return closing;
    },
  };
}

async function read(reader: ClickHouseClient, sql: string): Promise<ReadOnlyAnswer> {
  try {
    const answer = await reader.query({ query: sql, format: 'JSONEachRow' });
    return { ok: true, rows: await answer.json<AnswerRow>() };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : 'The engine gave no reason.';
    return { ok: false, code: readCode(engineCode(thrown).code), message };
  }
}

function readCode(engine: string): 'failed' | 'too-many-rows' | 'too-slow' {
  if (engine === '396') return 'too-many-rows';
  if (engine === '159' || engine === '160') return 'too-slow';
  return 'failed';
}
