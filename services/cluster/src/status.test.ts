import { expect, test } from 'vitest';
import { type PartStatus, targetsOf } from './status.js';

test('each process that shows figures is a target under the name of its service, also while it is down', () => {
  const part = (name: string, addresses: Record<string, string>, state: PartStatus['state']): PartStatus => ({
    ...{ name, addresses, state },
    log: `${name}.log`,
  });
  const parts = [
    part('kafka', { kafka: '127.0.0.1:9092' }, 'ready'),
    part('rule-engine-2', { ops: 'http://127.0.0.1:4711' }, 'waiting'),
    part('clickhouse', { http: 'http://127.0.0.1:8123' }, 'ready'),
  ];
  expect(targetsOf(parts)).toEqual([
    { targets: ['127.0.0.1:4711'], labels: { service: 'rule-engine', node: 'rule-engine-2' } },
  ]);
});
