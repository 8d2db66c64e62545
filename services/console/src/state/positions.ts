import type { Log } from '@earshot/log';

/** The offset that the next record of each partition will get. */
export async function endOffsets(log: Log, topic: string): Promise<number[]> {
  const partitions = Array.from({ length: log.partitions(topic) }, (_, partition) => partition);
  return Promise.all(partitions.map(async (partition) => (await log.bounds(topic, partition)).next));
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
