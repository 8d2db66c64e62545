import { mkdirSync } from 'node:fs';
import { EmbeddedLog } from './embedded-log.js';
import { lockFolder } from './folder-lock.js';
import { openStore } from './store.js';

export type { EmbeddedLog } from './embedded-log.js';

export interface EmbeddedLogOptions {
  /** Folder that holds the log alone; created if absent. */
  dir: string;
  /** Every topic with its partition count, which is fixed once created. */
  topics: Record<string, { partitions: number }>;
  /** Epoch ms. */
  clock?: () => number;
  /** Bytes that records may take before `append` answers `log-full`. */
  maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 32 * 2 ** 30;

/**
 * Opens the log in `dir`. Throws `data-folder-in-use` (another process has it), `data-folder-foreign`,
 * `data-folder-damaged` or `partition-count-changed`.
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  const { dir, topics, clock = Date.now, maxBytes = DEFAULT_MAX_BYTES } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(dir);
  try {
    const store = await openStore({ dir, topics, maxBytes });
    return new EmbeddedLog(store, clock, maxBytes, async () => {
      await store.close();
      await unlock();
    });
  } catch (error) {
    await unlock();
    throw error;
  }
}
