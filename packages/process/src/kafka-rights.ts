import { TOPIC_CATALOGUE, TOPICS, type TopicName } from '@earshot/wire';

/** Who signs in to Kafka: a service, or `prepare`, which creates topics and publishes files. */
export const KAFKA_PARTIES = [
  'prepare',
  'ingest',
  'rule-engine',
  'sentiment',
  'alert',
  'console',
  'analytics',
] as const;
export type KafkaParty = (typeof KAFKA_PARTIES)[number];

export type KafkaOperation = 'Read' | 'Write' | 'Create' | 'Describe' | 'DescribeConfigs';

/** What a party may do; without it brokers with ACLs refuse it. Whoever reads or writes may describe as well. */
export interface KafkaRight {
  resource: 'topic' | 'group';
  name: string;
  /** `prefixed`: whatever begins with the name. */
  pattern: 'literal' | 'prefixed';
  operations: readonly KafkaOperation[];
}

interface Reading {
  /** Group, and the topic that it reads. */
  groups: readonly (readonly [group: string, topic: TopicName])[];
  /** Read by every process of its own accord. */
  alone: readonly TopicName[];
}

const EVERY_TOPIC = TOPIC_CATALOGUE.map(({ name }) => name);

const READS: Record<KafkaParty, Reading> = {
  prepare: { groups: [], alone: [TOPICS.control] },
  ingest: { groups: [['ingest', TOPICS.inbound]], alone: [TOPICS.control] },
  'rule-engine': {
    groups: [
      ['rule-engine', TOPICS.conversations],
      ['history', TOPICS.history],
    ],
    alone: [TOPICS.control],
  },
  sentiment: { groups: [['sentiment', TOPICS.conversations]], alone: [] },
  alert: {
    groups: [
      ['alert', TOPICS.cases],
      ['alert-deliveries', TOPICS.deliveries],
    ],
    alone: [TOPICS.control],
  },
  // For the operator's `topics tail` and `topics lag`.
  console: { groups: [], alone: EVERY_TOPIC },
  analytics: {
    groups: [TOPICS.conversations, TOPICS.cases, TOPICS.alerts, TOPICS.deadLetters].map(
      (topic) => ['analytics', topic] as const,
    ),
    alone: [],
  },
};

const EVERY_GROUP = KAFKA_PARTIES.flatMap((party) => READS[party].groups);

/** The names under which parties stand as writers in the catalogue of topics. */
const WRITER_OF: Partial<Record<string, KafkaParty>> = { cli: 'prepare' };

/** The least that a party needs, from the catalogue of topics. `namespace` stands before all names, as in its settings. */
export function kafkaRights(party: KafkaParty, namespace = ''): KafkaRight[] {
  const { groups, alone } = READS[party];
  const reads = new Set<string>([...alone, ...groups.map(([, topic]) => topic)]);
  const rights = TOPIC_CATALOGUE.flatMap(({ name, writers }): KafkaRight[] => {
    const operations: KafkaOperation[] = [];
    if (reads.has(name)) operations.push('Read');
    if (writes(party, writers) || (party === 'console' && mayBePutBack(name))) operations.push('Write');
    const right = { resource: 'topic', name: namespace + name, pattern: patternOf(name), operations } as const;
    return operations.length === 0 ? [] : [right];
  });
  const all: KafkaRight = {
    resource: 'topic',
    // Every process looks whether all topics are there, with their partitions.
    name: `${namespace}earshot.`,
    pattern: 'prefixed',
    operations: party === 'prepare' ? ['Create', 'Describe', 'DescribeConfigs'] : ['Describe'],
  };
  const watched = party === 'console' ? EVERY_GROUP : [];
  const watches = watched.map(([group, topic]): KafkaRight => {
    const name = `${namespace}${group}.${topic}`;
    return { resource: 'group', name, pattern: patternOf(topic), operations: ['Describe'] };
  });
  const joins = groups.map(([group, topic]): KafkaRight => {
    const name = `${namespace}${group}.${topic}`;
    return { resource: 'group', name, pattern: patternOf(topic), operations: ['Read'] };
  });
  return [all, ...rights, ...joins, ...watches];
}

/** Each contact centre may have a topic of its own, which begins with the name of the first. */
const patternOf = (topic: TopicName) => (topic === TOPICS.inbound ? 'prefixed' : 'literal');

/** A contact centre publishes to its own topic, and so speaks for that topic's tenant alone; it reads nothing. */
export function centreRights(topic: string, namespace = ''): KafkaRight[] {
  return [{ resource: 'topic', name: namespace + topic, pattern: 'literal', operations: ['Write'] }];
}

/** Who takes alerts and cases into a system of his own, those of every tenant; his groups begin with his name. */
export function readerRights(user: string, namespace = ''): KafkaRight[] {
  const topics = [TOPICS.alerts, TOPICS.cases].map((name): KafkaRight => {
    return { resource: 'topic', name: namespace + name, pattern: 'literal', operations: ['Read'] };
  });
  return [...topics, { resource: 'group', name: `${user}.`, pattern: 'prefixed', operations: ['Read'] }];
}

function writes(party: KafkaParty, writers: readonly string[]): boolean {
  return writers.some((writer) => (WRITER_OF[writer] ?? writer) === party || (writer === 'any' && setsAside(party)));
}

/** Who works on what others wrote may find it unreadable; analytics says so in its tables, the console what people did. */
const setsAside = (party: KafkaParty) =>
  party === 'console' || (READS[party].groups.length > 0 && party !== 'analytics');

/** People put dead letters back where they came from. */
function mayBePutBack(topic: TopicName): boolean {
  return KAFKA_PARTIES.some((party) => setsAside(party) && READS[party].groups.some(([, read]) => read === topic));
}
