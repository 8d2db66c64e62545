import type { Log } from '@earshot/log';

/** The offset that the next record of each partition will get. */
export async function endOffsets(log: Log, topic: string): Promise<number[]> {
  return Promise.all(partitionsOf(log, topic).map(async (partition) => (await log.bounds(topic, partition)).next));
}

/** Where to begin so that at most `count` records of each partition are read before what is new. */
export async function lastRecords(log: Log, topic: string, count: number): Promise<Record<number, number>> {
  return Object.fromEntries(await Promise.all(partitionsOf(log, topic).map(async (one) => [one, await last(one)])));

  async function last(partition: number): Promise<number> {
    const { first, next } = await log.bounds(topic, partition);
    return Math.max(first, next - count);
  }
}

/**
 * Where to begin so that whatever `group` has not done with is read from its beginning, or from the checkpoint behind
 * it: between the last `least` and the last `most` records of each partition.
 */
export async function stillNeeded(
  log: Log,
  topic: string,
  { group, least, most }: { group: string; least: number; most: number },
): Promise<Record<number, number>> {
  const [groups, early, late] = await Promise.all([
    log.groups(topic),
    lastRecords(log, topic, most),
    lastRecords(log, topic, least),
  ]);
  const needed = groups.find((one) => one.group === group)?.neededFrom ?? [];
  const from = (partition: number, earliest: number): number =>
    Math.max(earliest, Math.min(needed[partition] ?? earliest, late[partition] ?? earliest));
  return Object.fromEntries(Object.entries(early).map(([one, earliest]) => [one, from(Number(one), earliest)]));
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
