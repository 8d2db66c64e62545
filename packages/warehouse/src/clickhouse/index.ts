import { setMaxListeners } from 'node:events';
import { type ClickHouseClient, type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client';
import { type ClientConnection, createClientWarehouse, SILENT } from '../client-warehouse.js';
import type { ReadOnlyLimits, Warehouse } from '../port.js';
import { type ClickhouseAccess, type ClickhouseTls, checkedAddress, credentialsOf, type Revealed } from './access.js';
import { serverFailure, serverTooOld } from './failures.js';
import { type Patience, patience } from './patience.js';
import { isProven, PROVEN_VERSION } from './version.js';

export type { ClickhouseAccess, ClickhouseTls, Patience, Revealed };

export interface ClickhouseOptions extends ClickhouseAccess {
  /** Compresses what goes both ways: for a server that is not next door. Default: no. */
  compress?: boolean;
  /** After so long without a byte a request counts as lost, ms; the engine ends a statement a little sooner. */
  requestTimeoutMs?: number;
  /** Requests at the same time; more of them wait. */
  maxConnections?: number;
  /** How long `close` waits for what is in hand before it cuts it off, ms. */
  closeGraceMs?: number;
  /** For a server that is away for a moment: a restart, a connection that was closed meanwhile. */
  patience?: Partial<Patience>;
}

export const DEFAULT_REQUEST_TIMEOUT_MS = 60_000;

/**
 * A ClickHouse server over HTTP. Throws `invalid` for options that cannot work, `warehouse-unreachable` while nobody
 * answers, `warehouse-untrusted` while certificates do not fit, `warehouse-denied` while user and password are not taken
 * and `warehouse-too-old` for a server that is older than what this code was proven with; all but the first can be tried
 * again.
 */
export async function openClickhouseWarehouse(options: ClickhouseOptions): Promise<Warehouse> {
  const client = createClient({ ...configOf(options), clickhouse_settings: settingsOf(options) });
  try {
    await checkVersion(client);
  } catch (thrown) {
    await client.close();
    throw serverFailure('opening the warehouse', thrown);
  }
  const ended = new AbortController();
  // As many listen as inserts wait, and each ceases to: no leak that Node should warn of.
  setMaxListeners(0, ended.signal);
  const connection: ClientConnection = {
    client,
    async withReader(limits, use) {
      const reader = createClient({ ...configOf(options), clickhouse_settings: readerSettings(limits) });
      try {
        return await use(reader);
      } finally {
        await reader.close();
      }
    },
    failure: serverFailure,
    patiently: patience(options.patience ?? {}, ended.signal),
    async close(inHand) {
      await within(inHand, options.closeGraceMs ?? 1_000);
      // Cuts off what still waits for an answer; its insert is repeated under the same token some day.
      ended.abort();
      await client.close();
      await inHand;
    },
  };
  return createClientWarehouse(connection);
}

function configOf(options: ClickhouseOptions): ClickHouseClientConfigOptions {
  return {
    ...checkedAddress(options.url),
    ...credentialsOf(options),
    application: 'earshot',
    request_timeout: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    max_open_connections: options.maxConnections ?? 10,
    // A long list of ids would not fit into an address.
    use_multipart_params_auto: true,
    compression: {
      request: options.compress ? { codec: 'gzip', level: 1 } : false,
      response: options.compress ?? false,
    },
    // A process that was busy would otherwise write into a connection that the server has closed.
    keep_alive: { enabled: true, eagerly_destroy_stale_sockets: true },
    log: SILENT,
  };
}

function settingsOf({ requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS }: ClickhouseOptions) {
  return {
    ...ANSWERS,
    max_execution_time: Math.max(1, Math.floor(requestTimeoutMs / 1_000) - 5),
  };
}

function readerSettings(limits: ReadOnlyLimits) {
  return {
    ...ANSWERS,
    max_execution_time: limits.maxSeconds,
    max_result_rows: String(limits.maxRows),
    result_overflow_mode: 'throw' as const,
    max_memory_usage: String(limits.maxMemoryBytes),
    readonly: '1',
  };
}

const ANSWERS = {
  // 64-bit integers as strings: a JavaScript number would lose digits without a word.
  output_format_json_quote_64bit_integers: 1,
  // The status line waits for the end: else a failure would come after a 200.
  wait_end_of_query: 1,
  // A question nobody waits for any more is not worked on.
  cancel_http_readonly_queries_on_client_close: 1,
} as const;

async function checkVersion(client: ClickHouseClient): Promise<void> {
  const answer = await client.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' });
  const [row] = await answer.json<{ version: string }>();
  const found = String(row?.version);
  if (!isProven(found)) throw serverTooOld(found, PROVEN_VERSION);
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
