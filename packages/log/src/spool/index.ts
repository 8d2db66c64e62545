import { mkdirSync } from 'node:fs';
import { EarshotError } from '@earshot/model';
import { lockFolder } from '../embedded/folder-lock.js';
import { openStore, type Store } from '../embedded/store.js';
import { Writer } from '../embedded/writer.js';
import { spoolDamaged } from '../spool-errors.js';
import type { Spool } from '../spool-port.js';
import { DiskLane } from './disk-lane.js';

export interface SpoolOptions {
  /** Folder that holds the spool alone; created if absent. */
  dir: string;
  /** Topics whose entries are held, with the partition counts that they have in the log. */
  topics: Record<string, { partitions: number }>;
  /** Bytes that may be held before `put` answers `spool-full`; the file may become twice as large for a moment. */
  maxBytes?: number;
  /** Epoch ms. */
  clock?: () => number;
}

const DEFAULT_MAX_BYTES = 2 ** 30;
/** Before the topic's name, so that a log's folder given by mistake is not taken for entries that wait to be sent. */
const PREFIX = 'spool/';

/**
 * Opens the spool in `dir`, with what it held when its last owner ended. Throws `data-folder-in-use` (another process has
 * it), `data-folder-foreign`, `spool-damaged` or `partition-count-changed`.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { dir, maxBytes = DEFAULT_MAX_BYTES, clock = Date.now } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(dir);
  try {
    const names = Object.entries(options.topics).map(([topic, spec]) => [PREFIX + topic, spec] as const);
    const store = await openUndamaged(dir, Object.fromEntries(names), maxBytes);
    const writer = new Writer(store, maxBytes, clock);
    const partitions = [...store.topics.values()].flat();
    let closing: Promise<void> | undefined;
    async function shut(): Promise<void> {
      await writer.close();
      await store.close();
      await unlock();
    }
    return {
      lanes: partitions.map((partition) => new DiskLane(partition.topic.slice(PREFIX.length), partition, writer)),
      maxBytes,
      usedBytes: () => (closing ? 0 : store.usedBytes()),
      close() {
        closing ??= shut();
        return closing;
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function openUndamaged(dir: string, topics: SpoolOptions['topics'], maxBytes: number): Promise<Store> {
  try {
    return await openStore({ dir, topics, maxBytes });
  } catch (error) {
    if (error instanceof EarshotError && error.code === 'data-folder-damaged') throw spoolDamaged(dir, error);
    throw error;
  }
}
