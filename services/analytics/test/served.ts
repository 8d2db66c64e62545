import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { TABLES, type Warehouse } from '@earshot/warehouse';
import { type ClickhouseOptions, openClickhouseWarehouse } from '@earshot/warehouse/clickhouse';
import { type ClickhouseFront, openClickhouseFront } from '@earshot/warehouse/testing';
import { CONSUMERS } from '../src/consumers.js';
import { dumpTables } from './house.js';
import { LOG_TOPICS, PARTITIONS } from './topics.js';

const user = 'earshot';
const words = 'w0rds-of-the-server';

/** A log, and a ClickHouse server over HTTP; one server runs at a time. */
export async function openServedHouse() {
  const root = await mkdtemp(join(tmpdir(), 'earshot-served-'));
  const log = await openEmbeddedLog({ dir: join(root, 'log'), topics: LOG_TOPICS });
  const serve = async (name: string) => {
    const dir = join(root, name);
    await mkdir(dir, { recursive: true });
    return openClickhouseFront({ dir, user, password: words });
  };
  return {
    log,
    serve,
    async close() {
      await log.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export function openOn(front: ClickhouseFront, options: Partial<ClickhouseOptions> = {}): Promise<Warehouse> {
  return openClickhouseWarehouse({ url: front.url, user, password: { reveal: () => words }, ...options });
}

/** Everything in the tables of a server, as it stands (FINAL) or as it was inserted. */
export async function dumpOf(front: ClickhouseFront, how: 'final' | 'raw'): Promise<Record<string, unknown[]>> {
  const warehouse = await openOn(front);
  try {
    return await dumpTables(warehouse, how);
  } finally {
    await warehouse.close();
  }
}

/** Which record each row of the warehouse should come from, by a plain reading of the whole log. */
export async function placesInLog(log: Log): Promise<string[]> {
  const standing = new Map<string, { version: number | bigint; place: string }>();
  for (const { topic, rowsOf } of CONSUMERS) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      for (const record of await log.read(topic, partition, 0, 1_000_000)) {
        for (const { table, identity, row } of rowsOf(record)) {
          const known = standing.get(`${table} ${identity}`);
          if (known && known.version >= row.version) continue;
          const place = `${table} ${row.log_topic}/${row.log_partition}/${row.log_offset}`;
          standing.set(`${table} ${identity}`, { version: row.version, place });
        }
      }
    }
  }
  return [...standing.values()].map(({ place }) => place).sort();
}

/** The same of the rows that are there. */
export function placesInRows(dump: Record<string, unknown[]>): string[] {
  return TABLES.flatMap((table) =>
    (dump[table] as Record<string, unknown>[]).map(
      (row) => `${table} ${row.log_topic}/${row.log_partition}/${row.log_offset}`,
    ),
  ).sort();
}
