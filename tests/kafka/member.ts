import type { Assignment, Log, LogRecord } from '@earshot/log';

/** Somebody in group `g` on topic `calls`. */
export interface Member {
  /** Partition → its assignment now. */
  held: Map<number, Assignment>;
  /** Every assignment, in order. */
  assigned: number[];
  records: LogRecord[];
  errors: unknown[];
  stop(): Promise<void>;
}

export async function join(log: Log, handle?: (records: readonly LogRecord[]) => Promise<void>): Promise<Member> {
  const member: Omit<Member, 'stop'> = { held: new Map(), assigned: [], records: [], errors: [] };
  const subscription = await log.subscribe({
    group: 'g',
    topic: 'calls',
    onAssigned: async (assignment) => {
      const { partition } = assignment;
      member.held.set(partition, assignment);
      member.assigned.push(partition);
      return {
        from: assignment.committed?.offset ?? assignment.first,
        handle: async (records) => {
          await handle?.(records);
          member.records.push(...records);
          await assignment.commit((records.at(-1)?.offset ?? 0) + 1, `up to ${records.at(-1)?.offset}`).catch(() => {});
        },
        close: async () => {
          if (member.held.get(partition) === assignment) member.held.delete(partition);
        },
      };
    },
    onError: (error) => member.errors.push(error),
  });
  return Object.assign(member, { stop: () => subscription.stop() });
}
