import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickhouseOptions, openClickhouseWarehouse } from '../../src/clickhouse/index.js';
import type { Warehouse, WarehouseRow } from '../../src/index.js';
import { TABLES } from '../../src/tables.js';
import { type FrontOptions, openClickhouseFront } from '../../src/testing/index.js';

export const USER = 'earshot';
const PASSWORD = 'w0rds-of-the-server';
export const password = { reveal: () => PASSWORD };

/** A front with a folder of its own, and warehouses on it; `end` lets go of all. */
export async function serve(more: Partial<FrontOptions> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'earshot-front-'));
  const front = await openClickhouseFront({ dir, user: USER, password: PASSWORD, ...more });
  const open = new Set<Warehouse>();
  return {
    front,
    /** Tries again without waiting. */
    async warehouse(options: Partial<ClickhouseOptions> = {}): Promise<Warehouse> {
      const patience = { pause: async () => {}, ...options.patience };
      const opened = await openClickhouseWarehouse({ url: front.url, user: USER, password, ...options, patience });
      open.add(opened);
      return opened;
    },
    async end() {
      front.heal();
      for (const one of open) await one.close();
      await front.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Inserted parts stay as they are: a merge in the background would hide a row that was inserted twice. */
export async function withoutMerges(warehouse: Warehouse): Promise<void> {
  await warehouse.migrate();
  for (const table of TABLES) {
    const sql = `ALTER TABLE earshot.${table} MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1`;
    await warehouse.query({ name: 'no merges', sql, params: {} });
  }
}

export function letters(tenant: string, count: number): WarehouseRow[] {
  return Array.from({ length: count }, (_, n) => ({
    tenant,
    id: `id-${n}`,
    reason: 'invalid',
    source_topic: 't',
    log_topic: 'd',
    log_offset: n,
    logged_at: Date.now(),
    version: 1,
  }));
}

/** Rows as they were inserted, repeats among them, and parts as the engine keeps them. */
export async function inserted(warehouse: Warehouse, tenant: string): Promise<{ rows: number; parts: number }> {
  const sql =
    'SELECT count() AS rows, uniqExact(_part) AS parts FROM earshot.dead_letters WHERE tenant = {tenant:String}';
  const [row] = await warehouse.query({ name: 'inserted', sql, params: { tenant } });
  return { rows: Number(row?.rows), parts: Number(row?.parts) };
}
