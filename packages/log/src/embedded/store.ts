import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { folderDamaged, folderForeign, partitionCountChanged } from './folder-errors.js';
import { DATA_FILE, inspectFolder, MARK_FILE, MARK_TEXT } from './folder-state.js';
import { Partition } from './partition.js';

export interface StoreOptions {
  dir: string;
  topics: Record<string, { partitions: number }>;
  maxBytes: number;
}

/** The LMDB environment: one database per partition (appended at its end, so its pages are full), two for the rest. */
export interface Store {
  readonly root: RootDatabase<Buffer, string>;
  /** Topic → its partitions, by number. */
  readonly topics: ReadonlyMap<string, readonly Partition[]>;
  /** [group, topic, partition] → committed offset and metadata as JSON. */
  readonly commits: Database<Buffer, (string | number)[]>;
  /** [topic, partition] → first offset that truncation left. */
  readonly floors: Database<Buffer, (string | number)[]>;
  /** Bytes in use by records, whole pages. */
  usedBytes(): number;
  close(): Promise<void>;
}

const RECENT_BYTES = 64 << 20;
const MAP_SLACK_BYTES = 256 << 20;

/** Opens or creates the store. Throws `data-folder-foreign`, `data-folder-damaged` or `partition-count-changed`. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dir } = options;
  const state = inspectFolder(dir);
  const partitionTotal = Object.values(options.topics).reduce((sum, topic) => sum + topic.partitions, 0);
  let root: RootDatabase<Buffer, string>;
  try {
    root = open<Buffer, string>({
      path: join(dir, DATA_FILE),
      noSubdir: true,
      encoding: 'binary',
      maxDbs: partitionTotal + 8,
      // Room for pages that a flush writes before the old ones are free again.
      mapSize: options.maxBytes * 2 + MAP_SLACK_BYTES,
      // Without it a commit is visible only once it is flushed, so a resolved put is a durable one.
      overlappingSync: false,
    });
  } catch (error) {
    throw folderDamaged(dir, 'its data file cannot be opened', error);
  }
  try {
    return await fill(root, options, state, partitionTotal);
  } catch (error) {
    await root.close();
    throw error;
  }
}

async function fill(
  root: RootDatabase<Buffer, string>,
  options: StoreOptions,
  state: 'new' | 'present',
  partitionTotal: number,
): Promise<Store> {
  const { dir } = options;
  const names = [...root.getKeys()];
  if (names.length > 0 && !names.includes('topics')) throw folderForeign(dir, 'an LMDB file of another program');
  if (names.length === 0 && state === 'present') throw folderDamaged(dir, 'its data file is empty');
  const counts = root.openDB<Buffer, string>({ name: 'topics', encoding: 'binary' });
  const commits = root.openDB<Buffer, (string | number)[]>({ name: 'commits', encoding: 'binary' });
  const floors = root.openDB<Buffer, (string | number)[]>({ name: 'floors', encoding: 'binary' });
  if (state === 'new') writeMark(dir);

  const topics = new Map<string, readonly Partition[]>();
  const recentBytes = Math.max(256 << 10, Math.floor(RECENT_BYTES / Math.max(1, partitionTotal)));
  for (const [topic, { partitions }] of Object.entries(options.topics)) {
    const stored = counts.get(topic);
    if (stored && stored.readUInt32BE(0) !== partitions) {
      throw partitionCountChanged(topic, stored.readUInt32BE(0), partitions);
    }
    const list = Array.from({ length: partitions }, (_, number) => {
      const db = root.openDB<Buffer, number>({ name: `records/${topic}/${number}`, encoding: 'binary' });
      return new Partition(topic, number, db, dir, recentBytes);
    });
    // After its partitions, so that a crash in between leaves a topic that is simply created again.
    if (!stored) await counts.put(topic, u32(partitions));
    for (const partition of list) partition.load(floors.get([topic, partition.number])?.readDoubleBE(0) ?? 0);
    topics.set(topic, list);
  }
  const all = [...topics.values()].flat();
  return {
    root,
    topics,
    commits,
    floors,
    usedBytes: () => all.reduce((sum, partition) => sum + bytesOf(partition.db), 0),
    close: () => root.close(),
  };
}

function bytesOf(db: Database<Buffer, number>): number {
  const stats = db.getStats() as Record<
    'pageSize' | 'treeBranchPageCount' | 'treeLeafPageCount' | 'overflowPages',
    number
  >;
  return stats.pageSize * (stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages);
}

function writeMark(dir: string): void {
  const file = openSync(join(dir, MARK_FILE), 'w');
  writeSync(file, MARK_TEXT);
  fsyncSync(file);
  closeSync(file);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
