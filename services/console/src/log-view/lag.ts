import type { GroupProgress, Log } from '@earshot/log';

/** What a group has not read yet of one topic. */
export interface GroupLag {
  group: string;
  topic: string;
  records: number;
  /** How long ago, by the log's clock, its oldest unread record was appended, ms; 0: it has read all. */
  ageMs: number;
  /** The partition that is furthest behind by time; absent where there is none behind. */
  worst?: PartitionLag;
  /** Records that the log dropped before the group had read them. */
  missed: number;
}

export interface PartitionLag {
  partition: number;
  records: number;
  ageMs: number;
}

/** How far each group of a topic is behind. Tails (pages, rules and people in force) are no groups. */
export async function lagOf(log: Log, topic: string): Promise<GroupLag[]> {
  const groups = await log.groups(topic);
  return Promise.all(groups.map((progress) => groupLag(log, topic, progress)));
}

async function groupLag(log: Log, topic: string, { group, committed }: GroupProgress): Promise<GroupLag> {
  let missed = 0;
  const partitions = await Promise.all(
    committed.map(async (offset, partition): Promise<PartitionLag> => {
      const { first, next } = await log.bounds(topic, partition);
      const from = Math.max(first, offset ?? 0);
      if (offset !== undefined && offset < first) missed += first - offset;
      if (from >= next) return { partition, records: 0, ageMs: 0 };
      const [oldest] = await log.read(topic, partition, from, 1);
      const ageMs = oldest === undefined ? 0 : Math.max(0, log.clock() - oldest.timestampMs);
      return { partition, records: next - from, ageMs };
    }),
  );
  const behind = partitions.filter(({ records }) => records > 0);
  const [worst] = behind.sort((a, b) => b.ageMs - a.ageMs || b.records - a.records);
  const records = behind.reduce((sum, one) => sum + one.records, 0);
  return { group, topic, records, ageMs: worst?.ageMs ?? 0, ...(worst && { worst }), missed };
}
