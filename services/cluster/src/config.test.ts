import { readConfig } from '@earshot/kit';
import { EarshotError } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { clusterConfig } from './config.js';
import { planOf } from './plan.js';

const read = (...argv: string[]) => readConfig(clusterConfig, { env: {}, argv });
const PLACES = {
  kafka: '127.0.0.1:9092',
  ports: { console: 8700, http: 8701, grpc: 8702, rules: 8703, warehouse: 8123, redis: 6379, moreConsoles: [8800] },
  tenant: 'demo',
  inbound: new Map([['earshot.inbound.v1', 'demo']]),
  lang: 'zh',
  root: '/data',
} as const;
const names = (...argv: string[]) => planOf(read(...argv), PLACES).map(({ name }) => name);

describe('replicas', () => {
  test('one of each service unless more are asked for', () => {
    expect(names()).toEqual(['ingest-1', 'rule-engine-1', 'sentiment-1', 'alert-1', 'console-1']);
    expect(names('--replicas', 'rule-engine=3, alert=2', '--no-sentiment')).toEqual([
      'ingest-1',
      ...['rule-engine-1', 'rule-engine-2', 'rule-engine-3'],
      ...['alert-1', 'alert-2'],
      'console-1',
    ]);
  });

  test.each(['rule-engine', 'rule-engine=0', 'rule-engine=1.5', 'rules=2', 'analytics=2', 'alert=51'])(
    '%s is refused',
    (replicas) => {
      expect(() => read('--replicas', replicas)).toThrow(EarshotError);
    },
  );
});

test('analytics runs where there is a warehouse, and nobody is told its password by a flag', () => {
  const warehouse = { url: 'http://127.0.0.1:8123', user: 'earshot' };
  const parts = planOf(read(), { ...PLACES, warehouse });
  expect(parts.filter(({ asksWarehouse }) => asksWarehouse).map(({ name }) => name)).toEqual([
    'console-1',
    'analytics-1',
  ]);
  expect(parts.flatMap(({ args }) => args).filter((arg) => arg.includes('password'))).toEqual([]);
});

test('each process has a name of its own on Kafka, and only the first ingest the well-known doors', () => {
  const parts = planOf(read('--replicas', 'ingest=2'), PLACES);
  const given = (name: string, flag: string) => {
    const args = parts.find((part) => part.name === name)?.args ?? [];
    return args[args.indexOf(flag) + 1];
  };
  expect(new Set(parts.map(({ name }) => given(name, '--node'))).size).toBe(parts.length);
  expect([given('ingest-1', '--grpc-port'), given('ingest-2', '--grpc-port')]).toEqual(['8702', '0']);
  expect(given('ingest-1', '--mask-key-file')).toBe(given('ingest-2', '--mask-key-file'));
  for (const name of ['ingest-1', 'ingest-2', 'console-1'])
    expect(given(name, '--inbound')).toBe('earshot.inbound.v1=demo');
});

test('each console has an address of its own and the same key, and hears of Redis without its password', () => {
  const redis = { args: ['--redis-url', 'redis://127.0.0.1:6379'] };
  const parts = planOf(read('--replicas', 'console=2'), { ...PLACES, redis });
  const consoles = parts.filter(({ service }) => service === 'console').map(({ args }) => args);
  const given = (flag: string) => consoles.map((args) => args[args.indexOf(flag) + 1]);
  expect(given('--port')).toEqual(['8700', '8800']);
  expect(given('--grpc-port')).toEqual(['8703', '0']);
  expect(new Set(given('--session-key-file')).size).toBe(1);
  expect(given('--redis-url')).toEqual(['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379']);
  expect(parts.filter(({ asksRedis }) => asksRedis).map(({ name }) => name)).toEqual([
    'ingest-1',
    'console-1',
    'console-2',
  ]);
});
