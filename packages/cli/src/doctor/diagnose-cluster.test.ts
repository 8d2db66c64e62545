import { describe, expect, it } from 'vitest';
import { readInfo } from '../cluster/look-at-redis.js';
import type { KafkaSeen, RedisSeen, TopicDifference, WarehouseSeen } from '../cluster/ports.js';
import { diagnoseKafka } from './diagnose-kafka.js';
import { diagnoseRedis, diagnoseWarehouse } from './diagnose-stores.js';

const NOW_MS = 1_800_000_000_000;
const TOPIC = { topic: 'earshot.cases.v1', replicas: 3, inSync: 3, minInSync: 2 };
const KAFKA: KafkaSeen = { brokers: 3, version: '4.2', topics: [TOPIC], clock: { aheadMs: 3 } };

const kafka = (seen: Partial<KafkaSeen>, differences: TopicDifference[] = []) =>
  diagnoseKafka({ reachable: true, brokers: 'k:9092', seen: { ...KAFKA, ...seen }, differences, wanted: 8 }, NOW_MS);
const wordsOf = (findings: { state: string; word?: string }[]) =>
  findings.filter(({ state }) => state !== 'fine').map(({ state, word }) => [word, state]);
const differs = (setting: string, expected: string, found: string) => [
  { topic: TOPIC.topic, setting, expected, found },
];

describe('doctor on a Kafka', () => {
  it('finds nothing where all is well', () => {
    const findings = kafka({});
    expect(findings.map(({ about }) => about)).toEqual([
      'doctor-kafka',
      'doctor-topics',
      'doctor-copies',
      'doctor-clock',
    ]);
    expect(wordsOf(findings)).toEqual([]);
  });

  it('says that nobody answers, and nothing of what it could not see', () => {
    const findings = (away: boolean) =>
      diagnoseKafka({ reachable: false, brokers: 'k:9092', away, reason: 'no' }, NOW_MS);
    expect(findings(true)).toMatchObject([{ word: 'doctor-kafka-away', state: 'fault', values: { reason: 'no' } }]);
    expect(findings(false)).toMatchObject([{ word: 'doctor-kafka-refused', state: 'fault' }]);
  });

  it.each<[string, string, Partial<KafkaSeen>]>([
    ['doctor-kafka-old', 'fault', { version: '2.7' }],
    ['doctor-kafka-untested', 'warning', { version: '3.7' }],
    ['doctor-copies-one', 'warning', { topics: [{ ...TOPIC, replicas: 1, inSync: 1, minInSync: 1 }] }],
    ['doctor-copies-behind', 'warning', { topics: [{ ...TOPIC, inSync: 2 }] }],
    ['doctor-copies-tight', 'warning', { topics: [{ ...TOPIC, minInSync: 3 }] }],
    ['doctor-copies-stuck', 'fault', { topics: [{ ...TOPIC, inSync: 1 }, TOPIC] }],
    ['doctor-clock-apart', 'warning', { clock: { aheadMs: -1_500 } }],
    ['doctor-clock-apart', 'fault', { clock: { aheadMs: 90_000_000 } }],
    ['doctor-clock-behind', 'warning', { clock: { quiet: true, newestMs: NOW_MS + 5_000 } }],
  ])('%s is a %s with %j', (word, state, seen) => {
    expect(wordsOf(kafka(seen))).toEqual([[word, state]]);
  });

  it('takes a version that no broker could tell for too old', () => {
    const { version: _, ...seen } = KAFKA;
    const looked = { reachable: true, brokers: 'k:9092', seen, differences: [], wanted: 8 } as const;
    expect(wordsOf(diagnoseKafka({ ...looked, differences: [] }, NOW_MS))).toEqual([['doctor-kafka-old', 'fault']]);
  });

  it('an old record says nothing about the clock', () => {
    expect(wordsOf(kafka({ clock: { quiet: true, newestMs: NOW_MS - 90_000_000 } }))).toEqual([]);
  });

  it.each([
    ['doctor-topics-missing', 'fault', differs('topic', 'present', 'missing')],
    ['doctor-topic-partitions', 'fault', differs('partitions', '12', '6')],
    ['doctor-topic-setting', 'fault', differs('message.timestamp.type', 'LogAppendTime', 'CreateTime')],
    ['doctor-topic-setting', 'fault', differs('retention.bytes', '-1', '1000')],
    ['doctor-topic-setting', 'fault', differs('min.insync.replicas', '2', '1')],
    ['doctor-topic-retention', 'warning', differs('retention.ms', '259200000', '172800000')],
    ['doctor-topic-forgets', 'fault', differs('retention.ms', '259200000', '3600000')],
    ['doctor-topic-forgets', 'fault', differs('retention.ms', '259200000', '')],
  ])('%s is a %s', (word, state, differences) => {
    expect(wordsOf(kafka({}, differences))).toEqual([[word, state]]);
  });
});

describe('doctor on Redis', () => {
  const REDIS: RedisSeen = { version: '7.0.15', policy: 'noeviction', mostBytes: 1 << 28, roundTripMs: 1 };
  const redis = (seen: Partial<RedisSeen>) =>
    wordsOf(diagnoseRedis({ address: 'redis://r', seen: { ...REDIS, ...seen } }));

  it.each(['noeviction', 'volatile-ttl', 'volatile-lru'])('%s keeps what is needed', (policy) => {
    expect(redis({ policy })).toEqual([]);
  });

  it.each<[string, Partial<RedisSeen>]>([
    ['doctor-redis-evicts', { policy: 'allkeys-lru' }],
    ['doctor-redis-unknown', { policy: '' }],
    ['doctor-redis-unbounded', { mostBytes: 0 }],
    ['doctor-redis-slow', { roundTripMs: 60 }],
  ])('%s is a warning with %j', (word, seen) => {
    expect(redis(seen)).toEqual([[word, 'warning']]);
  });

  it('tells an address that does not answer from a password that is not taken', () => {
    expect(wordsOf(diagnoseRedis({ address: 'a', failed: 'away' }))).toEqual([['doctor-redis-away', 'fault']]);
    expect(wordsOf(diagnoseRedis({ address: 'a', failed: 'denied' }))).toEqual([['doctor-redis-denied', 'fault']]);
  });

  it('reads what INFO says', () => {
    const info =
      '# Server\r\nredis_version:7.0.15\r\n# Memory\r\nmaxmemory:1048576\r\nmaxmemory_policy:allkeys-lru\r\n';
    expect(readInfo(info, 2)).toEqual({
      version: '7.0.15',
      policy: 'allkeys-lru',
      mostBytes: 1_048_576,
      roundTripMs: 2,
    });
    expect(readInfo('', 2)).toMatchObject({ policy: '', mostBytes: 0 });
  });
});

describe('doctor on ClickHouse', () => {
  const schema = { known: 5, found: 5, missing: [], changed: [] };
  const tables = (seen: Partial<WarehouseSeen['schema']>) =>
    wordsOf(diagnoseWarehouse({ address: 'http://c', seen: { version: '26.7', schema: { ...schema, ...seen } } }));

  it('finds nothing where the tables are as this version wants them', () => {
    expect(tables({})).toEqual([]);
  });

  it('says which way the tables differ', () => {
    expect(tables({ found: 4, missing: [5] })).toEqual([['doctor-schema-older', 'warning']]);
    expect(tables({ found: 0, missing: [1, 2, 3, 4, 5] })).toEqual([['doctor-schema-older', 'warning']]);
    expect(tables({ found: 6 })).toEqual([['doctor-schema-newer', 'fault']]);
    expect(tables({ changed: ['0001_conversations.sql'] })).toEqual([['doctor-schema-changed', 'fault']]);
  });

  it.each(['away', 'denied', 'too-old', 'invalid'] as const)('%s is a fault with a way out', (failed) => {
    expect(wordsOf(diagnoseWarehouse({ address: 'http://c', failed }))).toMatchObject([[expect.any(String), 'fault']]);
  });
});
