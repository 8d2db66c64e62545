import { readMark } from './commit-metadata.js';

export interface StartPoint {
  /** First record to read. */
  from: number;
  /** From this offset on the fold is live; before it, it only rebuilds. */
  liveAt: number;
  alarm?: { code: string; detail: Record<string, unknown> };
}

/** Where a new owner begins, from what its group committed and what the log still holds. */
export function startPoint(committed: { offset: number; metadata: string } | undefined, first: number): StartPoint {
  if (!committed) return { from: first, liveAt: first };
  const { offset } = committed;
  if (offset < first)
    return { from: first, liveAt: first, alarm: { code: 'log-starts-above-commit', detail: { offset, first } } };
  const mark = readMark(committed.metadata);
  if (mark === undefined)
    return { from: first, liveAt: offset, alarm: { code: 'commit-without-mark', detail: { offset } } };
  if (mark < first)
    return { from: first, liveAt: offset, alarm: { code: 'log-starts-above-mark', detail: { mark, first } } };
  return { from: Math.min(mark, offset), liveAt: offset };
}
