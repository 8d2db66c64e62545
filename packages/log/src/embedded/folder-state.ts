import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { folderDamaged, folderForeign } from './folder-errors.js';

export const DATA_FILE = 'log.mdb';
export const MARK_FILE = 'log.version';
export const MARK_TEXT = 'earshot log 1\n';

/**
 * Looks at the folder before LMDB does: LMDB takes an empty file for a new one, and a file cut short kills the process
 * (SIGBUS) at the first read behind its end.
 */
export function inspectFolder(dir: string): 'new' | 'present' {
  const data = join(dir, DATA_FILE);
  const mark = join(dir, MARK_FILE);
  const size = existsSync(data) ? statSync(data).size : 0;
  if (existsSync(mark)) {
    if (readFileSync(mark, 'utf8') !== MARK_TEXT) throw folderForeign(dir, 'written by another version');
    if (size === 0) throw folderDamaged(dir, 'its data file is missing or empty');
  } else if (size === 0) return 'new';
  const needed = neededBytes(dir, data);
  if (size < needed) throw folderDamaged(dir, `its data file is cut short: ${size} of ${needed} bytes`);
  return existsSync(mark) ? 'present' : 'new';
}

// Layout of the two meta pages of an LMDB data file, format 2, 64 bit (struct MDB_meta behind a 24 byte page header).
const META_BYTES = 160;
const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;
const PAGE_SIZE_AT = 48;
const ROOT_PAGE_AT = 136;
const TXN_AT = 152;

/** Bytes up to the end of the root page of the newest commit. */
function neededBytes(dir: string, path: string): number {
  if (endianness() !== 'LE' || process.arch.endsWith('32') || process.arch === 'arm' || process.arch === 'ia32')
    return 0;
  const file = openSync(path, 'r');
  try {
    const first = readMeta(file, 0);
    if (first?.readUInt32LE(MAGIC_AT) !== MAGIC) throw folderForeign(dir, 'its data file is not LMDB');
    const pageSize = first.readUInt32LE(PAGE_SIZE_AT);
    const second = readMeta(file, pageSize);
    if (second?.readUInt32LE(MAGIC_AT) !== MAGIC) throw folderDamaged(dir, 'its second meta page is gone');
    const newest = second.readBigUInt64LE(TXN_AT) > first.readBigUInt64LE(TXN_AT) ? second : first;
    const root = newest.readBigUInt64LE(ROOT_PAGE_AT);
    // All ones: no page yet.
    return root === 0xffff_ffff_ffff_ffffn ? 2 * pageSize : (Number(root) + 1) * pageSize;
  } finally {
    closeSync(file);
  }
}

function readMeta(file: number, at: number): Buffer | undefined {
  const bytes = Buffer.alloc(META_BYTES);
  return readSync(file, bytes, 0, META_BYTES, at) === META_BYTES ? bytes : undefined;
}
