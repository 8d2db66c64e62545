import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics, silentLogger } from '@earshot/kit';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { TABLES, type Warehouse } from '@earshot/warehouse';
import { openChdbWarehouse } from '@earshot/warehouse/chdb';
import { TOPICS } from '@earshot/wire';
import { type AnalyticsDeps, create } from '../src/index.js';
import { LOG_TOPICS, PARTITIONS } from './topics.js';

/** A data folder with a log and room for warehouses; one warehouse is open at a time. */
export async function openHouse() {
  const root = await mkdtemp(join(tmpdir(), 'earshot-analytics-'));
  const log = await openEmbeddedLog({ dir: join(root, 'log'), topics: LOG_TOPICS, clock: tickingClock() });
  return {
    root,
    log,
    open: (name = 'warehouse') => openChdbWarehouse({ dir: join(root, name) }),
    /** Inserted parts stay as they are: a merge in the background would hide a row that was inserted twice. */
    async openUnmerged(name: string): Promise<Warehouse> {
      const warehouse = await openChdbWarehouse({ dir: join(root, name) });
      await withoutMerges(warehouse);
      return warehouse;
    },
    /** Everything in the tables, as it stands (FINAL) or as it was inserted. */
    async dump(how: 'final' | 'raw', name = 'warehouse'): Promise<Record<string, unknown[]>> {
      return reading(join(root, name), (warehouse) => dumpTables(warehouse, how));
    },
    ask: <T>(use: (warehouse: Warehouse) => Promise<T>, name = 'warehouse') => reading(join(root, name), use),
    async close() {
      await log.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export async function withoutMerges(warehouse: Warehouse): Promise<void> {
  await warehouse.migrate();
  for (const table of TABLES) {
    const sql = `ALTER TABLE earshot.${table} MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1`;
    await warehouse.query({ name: 'no merges', sql, params: {} });
  }
}

/** Every reading is later than the one before: "stood from, stood to" of two appends in one millisecond would be equal. */
function tickingClock(): () => number {
  let lastMs = 0;
  return () => {
    lastMs = Math.max(lastMs + 1, Date.now());
    return lastMs;
  };
}

export function analyticsOn(log: Log, openWarehouse: () => Promise<Warehouse>, more: Partial<AnalyticsDeps> = {}) {
  const settings = { everyMs: 5, retryMs: 20, mostRetryMs: 100, ...more.settings };
  return create({ log, openWarehouse, logger: silentLogger(), metrics: createMetrics(), ...more, settings });
}

/** Resolves once the group has committed everything that is in the log now. */
export async function landed(log: Log, committed: Map<string, number>): Promise<void> {
  await until(async () => {
    for (const topic of [TOPICS.conversations, TOPICS.cases, TOPICS.alerts, TOPICS.deadLetters]) {
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const { next } = await log.bounds(topic, partition);
        if ((committed.get(`${topic}/${partition}`) ?? 0) < next) return false;
      }
    }
    return true;
  });
}

/** The log, telling what the group commits: `offsets` without intents, `calls` all of them. */
export function watchCommits(log: Log, beforeCommit: (metadata: string) => void | Promise<void> = () => {}) {
  const offsets = new Map<string, number>();
  const watched: Log = Object.create(log, {
    subscribe: {
      value: (options: Parameters<Log['subscribe']>[0]) =>
        log.subscribe({
          ...options,
          onAssigned: (assignment) => {
            const place = `${assignment.topic}/${assignment.partition}`;
            if (assignment.committed) offsets.set(place, assignment.committed.offset);
            return options.onAssigned({
              ...assignment,
              commit: async (offset, metadata) => {
                await beforeCommit(metadata);
                await assignment.commit(offset, metadata);
                offsets.set(place, offset);
              },
            });
          },
        }),
    },
  });
  return { log: watched, offsets };
}

export async function until(holds: () => boolean | Promise<boolean>, deadlineMs = 10_000): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function dumpTables(warehouse: Warehouse, how: 'final' | 'raw'): Promise<Record<string, unknown[]>> {
  const dump: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const sql = `SELECT * FROM earshot.${table} ${how === 'final' ? 'FINAL' : ''} ORDER BY ALL`;
    dump[table] = await warehouse.query({ name: `dump ${table}`, sql, params: {} });
  }
  return dump;
}

async function reading<T>(dir: string, use: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const warehouse = await openChdbWarehouse({ dir });
  try {
    await warehouse.migrate();
    return await use(warehouse);
  } finally {
    await warehouse.close();
  }
}
