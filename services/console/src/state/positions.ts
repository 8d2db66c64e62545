import type { Log } from '@earshot/log';

/** The offset that the next record of each partition will get. */
export async function endOffsets(log: Log, topic: string): Promise<number[]> {
  return Promise.all(partitionsOf(log, topic).map(async (partition) => (await log.bounds(topic, partition)).next));
}

/** Where to begin so that at most `count` records of each partition are read before what is new. */
export async function lastRecords(log: Log, topic: string, count: number): Promise<Record<number, number>> {
  const bounds = await Promise.all(partitionsOf(log, topic).map((partition) => log.bounds(topic, partition)));
  return Object.fromEntries(bounds.map(({ first, next }, partition) => [partition, Math.max(first, next - count)]));
}

/**
 * Whether the log holds everything below `offsets`. Where this reader is behind (`next`), another node may have been
 * further; a log that is not that long is another one, and positions on it mean nothing.
 */
export async function reaches(
  log: Log,
  topic: string,
  next: readonly number[],
  offsets: readonly number[],
): Promise<boolean> {
  if (offsets.every((offset, partition) => offset <= (next[partition] ?? 0))) return true;
  const ends = await endOffsets(log, topic);
  return offsets.every((offset, partition) => offset <= (ends[partition] ?? 0));
}

function partitionsOf(log: Log, topic: string): number[] {
  return Array.from({ length: log.partitions(topic) }, (_, partition) => partition);
}
