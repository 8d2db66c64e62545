export interface BackOff {
  /** About this long after the first failure, ms. */
  retryMs: number;
  /** However long it lasts, at most this long, ms. */
  mostRetryMs: number;
}

/**
 * How long to wait after `failures` in a row (at least 1): doubling, and between half and the whole of it by `random`
 * (0 ≤ … < 1), so that members that lost the warehouse together do not come back together.
 */
export function backOffMs(failures: number, { retryMs, mostRetryMs }: BackOff, random: number): number {
  const wholeMs = Math.min(retryMs * 2 ** (failures - 1), mostRetryMs);
  return wholeMs * (0.5 + random / 2);
}
