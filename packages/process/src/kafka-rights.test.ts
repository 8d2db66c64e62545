import { TOPIC_CATALOGUE, TOPICS } from '@earshot/wire';
import { expect, test } from 'vitest';
import { centreRights, KAFKA_PARTIES, type KafkaOperation, kafkaRights, readerRights } from './kafka-rights.js';

const may = (operation: KafkaOperation, topic: string) =>
  KAFKA_PARTIES.filter((party) =>
    kafkaRights(party).some(({ name, operations, pattern }) => {
      const covers = pattern === 'literal' ? name === topic : topic.startsWith(name);
      return covers && operations.includes(operation);
    }),
  );

test('who writes a topic by the catalogue may write it, and the console what people put back there; nobody else', () => {
  expect(may('Write', TOPICS.alerts)).toEqual(['alert']);
  expect(may('Write', TOPICS.conversations)).toEqual(['ingest', 'rule-engine', 'sentiment', 'console']);
  expect(may('Write', `${TOPICS.inbound}.shop`)).toEqual(['console']);
  expect(may('Write', TOPICS.control)).toEqual(['prepare', 'console']);
  const known = [...KAFKA_PARTIES, 'cli', 'any', 'outside'];
  expect(
    TOPIC_CATALOGUE.flatMap(({ writers }) => writers).filter((writer) => !known.includes(writer as never)),
  ).toEqual([]);
});

test('what people said is read by those who judge, score, show and store it', () => {
  expect(may('Read', TOPICS.conversations)).toEqual(['rule-engine', 'sentiment', 'console', 'analytics']);
  expect(may('Read', TOPICS.inbound)).toEqual(['ingest', 'console']);
  expect(may('Read', `${TOPICS.inbound}.shop`)).toEqual(['ingest', 'console']);
});

test('only prepare creates topics, and nobody changes or deletes any', () => {
  const all = KAFKA_PARTIES.flatMap((party) => kafkaRights(party).map((right) => ({ party, ...right })));
  expect(all.filter(({ operations }) => operations.includes('Create')).map(({ party }) => party)).toEqual(['prepare']);
  const operations = new Set(all.flatMap((right) => right.operations));
  expect([...operations].sort()).toEqual(['Create', 'Describe', 'DescribeConfigs', 'Read', 'Write']);
});

test('a contact centre writes to its own topic and reads nothing; a reader writes nothing, and joins his own groups', () => {
  const centre = centreRights(`${TOPICS.inbound}.shop`, 'two.');
  expect(centre).toEqual([
    { resource: 'topic', name: 'two.earshot.inbound.v1.shop', pattern: 'literal', operations: ['Write'] },
  ]);
  const reader = readerRights('bi', 'two.');
  expect(reader.flatMap(({ operations }) => operations)).toEqual(['Read', 'Read', 'Read']);
  expect(reader.map(({ name }) => name)).toEqual(['two.earshot.alerts.v1', 'two.earshot.cases.v1', 'bi.']);
});

test('a namespace stands before every name', () => {
  const names = KAFKA_PARTIES.flatMap((party) => kafkaRights(party, 'two.').map(({ name }) => name));
  expect(names.filter((name) => !name.startsWith('two.'))).toEqual([]);
});
