import type { ConversationRecord, ConversationSummary } from '@earshot/model';

/** What routing needs to know of a conversation. */
export function summarise(record: ConversationRecord): ConversationSummary {
  const agents = record.participants.filter((one) => one.role === 'agent' && one.staffNumber);
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
  };
}
