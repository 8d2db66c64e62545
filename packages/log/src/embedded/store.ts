import { closeSync, fsyncSync, openSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  /** First offset that truncation left. */
  floorOf(partition: Partition): number;
  /** Durable when resolved. */
  raiseFloor(partition: Partition, first: number): Promise<boolean>;
  /** Bytes in use by records, whole pages. */
  usedBytes(): number;
  /** Whether the disk has no room left. LMDB reports a write that was cut short by that as a plain I/O error. */
  diskFull(): boolean;
  close(): Promise<void>;
}

const RECENT_BYTES = 64 << 20;
const RECENT_MIN_BYTES = 256 << 10;
/** LMDB's flag for a synchronous transaction that is committed, and so flushed, when the call returns. */
const COMMIT_NOW = 2;
const DISK_FULL_BYTES = 16 << 20;
const MAP_SLACK_BYTES = 256 << 20;

/** Opens or creates the store. Throws `data-folder-foreign`, `data-folder-damaged` or `partition-count-changed`. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dir } = options;
  const state = inspectFolder(dir);
  let root: RootDatabase<Buffer, string>;
  try {
    root = open<Buffer, string>({
      path: join(dir, DATA_FILE),
      noSubdir: true,
      encoding: 'binary',
      maxDbs: partitionTotal(options.topics) + 8,
      // Room for pages that a flush writes before the old ones are free again.
      mapSize: options.maxBytes * 2 + MAP_SLACK_BYTES,
      // Without it a commit is visible only once it is flushed, so a resolved put is a durable one.
      overlappingSync: false,
      // Every transaction is an explicit batch: with this on, LMDB keeps a promise to itself whose rejection nobody hears.
      eventTurnBatching: false,
    });
  } catch (error) {
    throw folderDamaged(dir, 'its data file cannot be opened', error);
  }
  try {
    return fill(root, options, state);
  } catch (error) {
    await root.close();
    throw error;
  }
}

function fill(root: RootDatabase<Buffer, string>, options: StoreOptions, state: 'new' | 'present'): Store {
  const { dir } = options;
  const names = new Set(root.getKeys());
  if (names.size > 0 && !names.has('topics')) throw folderForeign(dir, 'an LMDB file of another program');
  if (names.size === 0 && state === 'present') throw folderDamaged(dir, 'its data file is empty');
  // One transaction: a crash leaves all of it or nothing.
  const { commits, floors, topics } = root.transactionSync(() => openDatabases(root, options, names), COMMIT_NOW);
  if (state === 'new') writeMark(dir);

  const floorOf = ({ topic, number }: Partition) => floors.get([topic, number])?.readDoubleBE(0) ?? 0;
  const all = [...topics.values()].flat();
  for (const partition of all) partition.load(floorOf(partition));
  return {
    root,
    topics,
    commits,
    floorOf,
    raiseFloor: ({ topic, number }, first) => floors.put([topic, number], f64(first)),
    usedBytes: () => all.reduce((sum, partition) => sum + bytesOf(partition.db), 0),
    diskFull: () => {
      const { bavail, bsize } = statfsSync(dir);
      return bavail * bsize < DISK_FULL_BYTES;
    },
    close: () => root.close(),
  };
}

function openDatabases(root: RootDatabase<Buffer, string>, { dir, topics }: StoreOptions, names: ReadonlySet<string>) {
  const counts = root.openDB<Buffer, string>({ name: 'topics', encoding: 'binary' });
  const commits = root.openDB<Buffer, (string | number)[]>({ name: 'commits', encoding: 'binary' });
  const floors = root.openDB<Buffer, (string | number)[]>({ name: 'floors', encoding: 'binary' });
  const recentBytes = Math.max(RECENT_MIN_BYTES, Math.floor(RECENT_BYTES / Math.max(1, partitionTotal(topics))));
  const opened = new Map<string, readonly Partition[]>();
  for (const [topic, { partitions }] of Object.entries(topics)) {
    const stored = counts.get(topic)?.readUInt32BE(0);
    if (stored !== undefined && stored !== partitions) throw partitionCountChanged(topic, stored, partitions);
    const list = Array.from({ length: partitions }, (_, number) => {
      const name = `records/${topic}/${number}`;
      if (stored !== undefined && !names.has(name)) throw folderDamaged(dir, `${topic}/${number} is missing`);
      const db = root.openDB<Buffer, number>({ name, encoding: 'binary' });
      return new Partition(topic, number, db, dir, recentBytes);
    });
    if (stored === undefined) counts.putSync(topic, u32(partitions));
    opened.set(topic, list);
  }
  return { commits, floors, topics: opened };
}

function partitionTotal(topics: StoreOptions['topics']): number {
  return Object.values(topics).reduce((sum, topic) => sum + topic.partitions, 0);
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
  // A flushed file whose name was not flushed is gone after a power cut.
  if (process.platform !== 'win32') for (const folder of [dir, dirname(dir)]) flushFolder(folder);
}

function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function f64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
