import type { ReaderLag } from './port.js';

export const NO_LAG: ReaderLag = { records: 0 };

/** The most records and the oldest of all. */
export function worstLag(lags: Iterable<ReaderLag>): ReaderLag {
  let worst = NO_LAG;
  for (const { records, oldestMs } of lags) {
    const oldest = Math.min(oldestMs ?? Number.POSITIVE_INFINITY, worst.oldestMs ?? Number.POSITIVE_INFINITY);
    worst = {
      records: Math.max(records, worst.records),
      ...(Number.isFinite(oldest) ? { oldestMs: oldest } : {}),
    };
  }
  return worst;
}
