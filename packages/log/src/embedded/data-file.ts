import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';

/*
 * Just enough of LMDB's file format (version 2, 64 bit, little endian) to say whether a file is whole before LMDB maps
 * it: a read behind the end of a mapped file kills the process with SIGBUS, so LMDB itself cannot be asked.
 */
const META_BYTES = 160;
const PAGE_HEAD_BYTES = 24;
const MAGIC = 0xbeefc0de;
const META = { magic: 24, pageSize: 48, freeRoot: 88, mainRoot: 136, lastPage: 144, transaction: 152 };
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const BRANCH = 1;
const LEAF = 2;
const NODE_HEAD_BYTES = 8;
const NODE_LONG_VALUE = 1;
const NODE_TREE = 2;
const TREE_ROOT_AT = 40;

export type DataFileState = 'whole' | 'not-lmdb' | 'cut-short';

export function inspectDataFile(path: string): DataFileState {
  // On other machines the format differs; there LMDB's own checks have to do.
  if (endianness() !== 'LE' || process.arch === 'arm' || process.arch === 'ia32') return 'whole';
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const first = readAt(file, 0, META_BYTES);
    if (first.length < META_BYTES || first.readUInt32LE(META.magic) !== MAGIC) return 'not-lmdb';
    const pageSize = first.readUInt32LE(META.pageSize);
    const second = readAt(file, pageSize, META_BYTES);
    if (second.length < META_BYTES || second.readUInt32LE(META.magic) !== MAGIC) return 'cut-short';
    const newest = second.readBigUInt64LE(META.transaction) > first.readBigUInt64LE(META.transaction) ? second : first;
    if (size >= (Number(newest.readBigUInt64LE(META.lastPage)) + 1) * pageSize) return 'whole';
    // Pages that were taken and given back within one transaction may never have been written: then nothing leads there.
    const roots = [newest.readBigUInt64LE(META.freeRoot), newest.readBigUInt64LE(META.mainRoot)];
    return leadsBehindEnd(file, pageSize, size, roots) ? 'cut-short' : 'whole';
  } finally {
    closeSync(file);
  }
}

/** Walks every tree. */
function leadsBehindEnd(file: number, pageSize: number, size: number, roots: readonly bigint[]): boolean {
  const pages = Math.floor(size / pageSize);
  const todo = roots.filter((root) => root !== NO_PAGE);
  for (let page = todo.pop(); page !== undefined; page = todo.pop()) {
    if (page >= BigInt(pages)) return true;
    const bytes = readAt(file, Number(page) * pageSize, pageSize);
    const flags = bytes.readUInt16LE(18);
    if ((flags & (BRANCH | LEAF)) === 0) return true;
    const count = bytes.readUInt16LE(20) >> 1;
    for (let n = 0; n < count; n += 1) {
      const node = bytes.subarray(PAGE_HEAD_BYTES + bytes.readUInt16LE(PAGE_HEAD_BYTES + 2 * n));
      const low = BigInt(node.readUInt32LE(0));
      const nodeFlags = node.readUInt16LE(4);
      if ((flags & BRANCH) !== 0) {
        todo.push(low | (BigInt(nodeFlags) << 32n));
        continue;
      }
      const value = node.subarray(NODE_HEAD_BYTES + node.readUInt16LE(6));
      if ((nodeFlags & NODE_LONG_VALUE) !== 0) {
        if (value.readBigUInt64LE(0) + value.readBigUInt64LE(16) > BigInt(pages)) return true;
      } else if ((nodeFlags & NODE_TREE) !== 0) {
        const root = value.readBigUInt64LE(TREE_ROOT_AT);
        if (root !== NO_PAGE) todo.push(root);
      }
    }
  }
  return false;
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}
