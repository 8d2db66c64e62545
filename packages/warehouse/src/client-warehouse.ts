import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import { encodeParams, encodeRows } from './encode.js';
import { engineCode, engineFailure, warehouseClosed } from './errors.js';
import { migrate } from './migrations.js';
import type { AnswerRow, ParamValue, ReadOnlyAnswer, ReadOnlyLimits, Warehouse } from './port.js';
import { judgeStatement } from './read-only.js';
import { insertStatement } from './tables.js';

/** What an adapter adds to the client that all share. */
export interface ClientConnection {
  client: ClickHouseClient;
  /** Runs `use` with a client that can only read, within the limits, then lets it go. */
  withReader<T>(limits: ReadOnlyLimits, use: (reader: ClickHouseClient) => Promise<T>): Promise<T>;
  /** Called once, when nothing is in hand any more. */
  close(): Promise<void>;
}

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
      throw engineFailure(what, thrown);
    } finally {
      inHand.delete(running);
    }
  }

  async function select(sql: string, params: Readonly<Record<string, ParamValue>>): Promise<AnswerRow[]> {
    const answer = await client.query({ query: sql, query_params: encodeParams(params), format: 'JSONEachRow' });
    return answer.json<AnswerRow>();
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
        const { stream } = await client.exec({
          query: insertStatement(table),
          query_params: encodeParams({ token }),
          values: Readable.from([encodeRows(rows)]),
        });
        stream.resume();
      }),

    query: ({ name, sql, params }) => guarded(name, () => select(sql, params)),

    readOnly: (sql, limits) =>
      guarded('read-only SQL', async () => {
        const [row] = await select('SELECT formatQuerySingleLineOrNull({sql:String}) AS canonical', { sql });
        const verdict = judgeStatement(typeof row?.canonical === 'string' ? row.canonical : null);
        if (!verdict.ok) return { ok: false, code: 'refused', message: verdict.message };
        return connection.withReader(limits, (reader) => read(reader, verdict.sql));
      }),

    state: () => (closing ? 'closed' : 'ready'),

    close: () => {
      closing ??= (async () => {
        await Promise.allSettled(inHand);
        await connection.close();
      })();
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
