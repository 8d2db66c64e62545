import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspectDataFile } from './data-file.js';
import { folderDamaged, folderForeign } from './folder-errors.js';

export const DATA_FILE = 'log.mdb';
export const MARK_FILE = 'log.version';
export const MARK_TEXT = 'earshot log 1\n';

/**
 * Looks at the folder before LMDB does, which would take an empty file for a new log. Without the mark the log is new:
 * the mark is written after the first transaction and before the first record.
 */
export function inspectFolder(dir: string): 'new' | 'present' {
  const data = join(dir, DATA_FILE);
  const mark = join(dir, MARK_FILE);
  const size = existsSync(data) ? statSync(data).size : 0;
  const text = existsSync(mark) ? readFileSync(mark, 'utf8') : '';
  const marked = text === MARK_TEXT;
  // A part of the mark is one whose writing was cut off.
  if (!MARK_TEXT.startsWith(text)) throw folderForeign(dir, 'written by another version');
  if (size === 0) {
    if (marked) throw folderDamaged(dir, 'its data file is missing or empty');
    return 'new';
  }
  const state = inspectDataFile(data);
  if (state === 'not-lmdb') throw folderForeign(dir, 'its data file is of another kind');
  if (state === 'cut-short') throw folderDamaged(dir, 'its data file is cut short');
  return marked ? 'present' : 'new';
}
