import type { ControlRecord } from '@earshot/model';

/** Names of all topics. Partition counts are fixed for life, so a name's version rises if its key changes. */
export const TOPICS = {
  conversations: 'earshot.conversations.v1',
  cases: 'earshot.cases.v1',
  alerts: 'earshot.alerts.v1',
  control: 'earshot.control.v1',
  deadLetters: 'earshot.dead-letters.v1',
  deliveries: 'earshot.deliveries.v1',
  history: 'earshot.history.v1',
  sessions: 'earshot.sessions.v1',
  inbound: 'earshot.inbound.v1',
} as const;

export type TopicName = (typeof TOPICS)[keyof typeof TOPICS];

export interface TopicInfo {
  name: TopicName;
  /** What the record's key is made of. */
  key: string;
  holds: string;
  /** Message of `earshot.v1` that each record is; absent where others write, in more than one form. */
  message?: string;
  writers: readonly string[];
  /** Topics that share this mark have the same partition count, and a conversation the same number in each. */
  partitionedBy: 'conversation' | 'entity' | 'recipient' | 'subject';
  compacted: boolean;
}

export const TOPIC_CATALOGUE: readonly TopicInfo[] = [
  {
    name: TOPICS.conversations,
    key: 'tenant|conversation',
    holds: 'every fact of a conversation: what was said and done, scores, history, time facts, takeovers, checkpoints',
    message: 'ConversationFact',
    writers: ['ingest', 'sentiment', 'rule-engine'],
    partitionedBy: 'conversation',
    compacted: false,
  },
  {
    name: TOPICS.cases,
    key: 'tenant|conversation',
    holds: "all that alerting decides from: standing sets of findings, people's actions, delivery results, time facts",
    message: 'CaseFact',
    writers: ['rule-engine', 'console', 'alert'],
    partitionedBy: 'conversation',
    compacted: false,
  },
  {
    name: TOPICS.alerts,
    key: 'tenant|conversation',
    holds: 'whole alerts with state and reason, and whole lists of a conversation',
    message: 'AlertRecord',
    writers: ['alert'],
    partitionedBy: 'conversation',
    compacted: false,
  },
  {
    name: TOPICS.control,
    key: 'tenant|kind|hash (routes, people: and epoch)',
    holds: 'rule sets, people and routes as they were published',
    message: 'ControlRecord',
    writers: ['console', 'cli'],
    partitionedBy: 'entity',
    compacted: true,
  },
  {
    name: TOPICS.deadLetters,
    key: 'key of the record that could not be used',
    holds: 'records that could not be used, with bytes and reason; what people did about them',
    message: 'DeadLetter',
    writers: ['any'],
    partitionedBy: 'conversation',
    compacted: false,
  },
  {
    name: TOPICS.deliveries,
    key: 'channel|tenant|recipient',
    holds: 'deliveries to the outside: due, attempts, sent or failed',
    message: 'DeliveryFact',
    writers: ['alert'],
    partitionedBy: 'recipient',
    compacted: false,
  },
  {
    name: TOPICS.history,
    key: 'tenant|kind:subject',
    holds: 'what conversations add to the count of a customer, an agent or a topic over days',
    message: 'HistoryFact',
    writers: ['rule-engine'],
    partitionedBy: 'subject',
    compacted: false,
  },
  {
    name: TOPICS.sessions,
    key: 'tenant|id of the link, session or person',
    holds: 'which sign-in links were used and which sessions were ended before their time, for every console',
    message: 'SessionFact',
    writers: ['console'],
    partitionedBy: 'entity',
    compacted: false,
  },
  {
    name: TOPICS.inbound,
    key: 'conversation',
    holds: 'events of conversations from contact centres that speak Kafka, as protobuf (ConversationEvent) or JSON',
    writers: ['outside'],
    partitionedBy: 'conversation',
    compacted: false,
  },
];

/** The topics that we write to ourselves. */
export const TOPICS_IN_USE: readonly TopicInfo[] = TOPIC_CATALOGUE.filter((topic) => topic.message !== undefined);

/**
 * The hash is part of the key: compaction may drop an earlier publication of the same content, never other content,
 * because running conversations stay pinned to the rule set that they began with. People and routes are looked up by
 * epoch when a case is replayed, so none of their publications may go.
 */
export function controlKey(record: ControlRecord): string {
  const { tenant, content, hash, epoch } = record;
  const { kind } = content;
  const byEpoch = kind === 'people' || kind === 'routes';
  return byEpoch ? `${tenant}|${kind}|${hash}|${epoch}` : `${tenant}|${kind}|${hash}`;
}
