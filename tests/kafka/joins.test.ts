import type { LogRecord } from '@earshot/log';
import { openKafkaLog } from '@earshot/log/kafka';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { join } from './member.js';
import { closing, freshTopics, kafkaSuite, useSharedBroker } from './support.js';

const { title, skip } = await kafkaSuite('nodes that join and leave', 'full');
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 20_000, interval: 5 });
const text = (record: LogRecord) => Buffer.from(record.value).toString();

describe.skipIf(skip)(title, () => {
  beforeAll(useSharedBroker);
  const logs = closing();
  afterEach(() => logs.closeAll());

  test('while nodes join and leave, partitions that stay keep their handler and every record comes in order', async () => {
    const options = await freshTopics({ calls: { partitions: 6 } });
    const a = logs.add(await openKafkaLog({ ...options, node: 'a' }));
    const b = logs.add(await openKafkaLog({ ...options, node: 'b' }));
    const first = await join(a);
    expect(first.held.size).toBe(6);
    let writing = true;
    let written = 0;
    const writer = (async () => {
      for (; writing; written += 1)
        await a.append([{ topic: 'calls', key: `k${written % 17}`, value: Buffer.from(String(written)) }]);
    })();
    const second = await join(b);
    await until(() => first.held.size === 3 && second.held.size === 3);
    const stayed = [...first.held.keys()];
    await until(() => stayed.every((partition) => first.records.some((record) => record.partition === partition)));
    expect(first.assigned.filter((partition) => stayed.includes(partition)).sort()).toEqual(stayed.sort());
    await second.stop();
    await until(() => first.held.size === 6);
    expect(first.assigned.filter((partition) => stayed.includes(partition)).sort()).toEqual(stayed.sort());
    writing = false;
    await writer;
    const seen = () => new Set([...first.records, ...second.records].map(text));
    await until(() => seen().size === written);
    for (const member of [first, second]) {
      for (let partition = 0; partition < 6; partition += 1) {
        const offsets = [
          ...new Set(member.records.filter((record) => record.partition === partition).map(({ offset }) => offset)),
        ];
        expect(offsets).toEqual([...offsets].sort((x, y) => x - y));
      }
    }
    expect(first.errors).toEqual([]);
  });

  test('topics of one partition count meet on one node, each number with its twin', async () => {
    const options = await freshTopics({ calls: { partitions: 5 }, cases: { partitions: 5 } });
    const held = { calls: new Map<number, string>(), cases: new Map<number, string>() };
    for (const node of ['a', 'b', 'c']) {
      const log = logs.add(await openKafkaLog({ ...options, node }));
      for (const topic of ['calls', 'cases'] as const) {
        await log.subscribe({
          group: 'g',
          topic,
          onAssigned: async ({ partition, first }) => {
            held[topic].set(partition, node);
            return { from: first, handle: async () => {}, close: async () => {} };
          },
          onError: () => {},
        });
      }
    }
    await until(() => new Set(held.calls.values()).size === 3 && sameMap(held.calls, held.cases));
    expect([...held.calls].sort()).toEqual([...held.cases].sort());
  });
});

function sameMap(a: ReadonlyMap<number, string>, b: ReadonlyMap<number, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
