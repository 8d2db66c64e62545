// Files stay short enough to be read in one go.
import { isGenerated } from './files.mjs';

const MAX_LINES = 400;
const LONG_LINES = 250;
const MAX_MEDIAN_LINES = 90;

/**
 * @param {readonly import('./files.mjs').SourceFile[]} files
 * @returns {{ faults: string[], summary: string }}
 */
export function checkSizes(files) {
  const sizes = files
    .filter(({ path }) => /\.(ts|tsx|mts|mjs)$/.test(path) && !isGenerated(path))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) }))
    .sort((a, b) => a.lines - b.lines);
  const median = sizes[Math.floor((sizes.length - 1) / 2)]?.lines ?? 0;
  const tooLong = sizes.filter(({ lines }) => lines > MAX_LINES);
  const long = sizes.filter(({ lines }) => lines > LONG_LINES);
  const faults = tooLong.map(({ path, lines }) => `${path} has ${lines} lines; ${MAX_LINES} are the limit`);
  if (median >= MAX_MEDIAN_LINES)
    faults.push(`the median file has ${median} lines; it should stay below ${MAX_MEDIAN_LINES}`);
  const longest = sizes.at(-1);
  const summary = `${sizes.length} files, median ${median}, over ${LONG_LINES}: ${long.length}, longest ${longest?.path ?? '-'} (${longest?.lines ?? 0})`;
  return { faults, summary };
}
