import type { ConversationRecord, ConversationSummary } from '@earshot/model';

/** What routing needs to know of a conversation. */
export function summarise(record: ConversationRecord): ConversationSummary {
  const joined = record.participants.filter((one) => one.role === 'agent' && one.staffNumber);
  // After a transfer the call is the new agent's; when all have left it stays with those who had it.
  const present = joined.filter((one) => one.leftMs === undefined);
  const agents = present.length > 0 ? present : joined;
  const history = [...(record.history ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
  const { channel, businessLine, queue, skillGroup, externalIds, customerKey, startedAtMs, endedAtMs } = record;
  return {
    channel,
    externalIds,
    agents: [...new Set(agents.map((one) => one.staffNumber as string))],
    ...(businessLine === undefined ? {} : { businessLine }),
    ...(queue === undefined ? {} : { queue }),
    ...(skillGroup === undefined ? {} : { skillGroup }),
    ...(customerKey === undefined ? {} : { customerKey }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(endedAtMs === undefined ? {} : { endedAtMs }),
    ...(history.length === 0 ? {} : { history }),
  };
}
