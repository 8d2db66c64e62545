import type { Assignment, Log, LogRecord } from '@earshot/log';
import { openKafkaLog } from '@earshot/log/kafka';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundleChild, startChild } from '../../packages/log/src/testing/child.js';
import { closing, freshTopics, kafkaSuite, passed, startSharedBroker, stopSharedBroker } from './support.js';

const { title, skip } = kafkaSuite('groups over Kafka');
const until = (condition: () => boolean, timeout = 20_000) => vi.waitUntil(condition, { timeout, interval: 5 });

interface Member {
  /** Partition → its assignment now. */
  held: Map<number, Assignment>;
  /** Every assignment, in order. */
  assigned: number[];
  records: LogRecord[];
  errors: unknown[];
  stop(): Promise<void>;
}

async function join(log: Log, handle?: (records: readonly LogRecord[]) => Promise<void>): Promise<Member> {
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

const text = (record: LogRecord) => Buffer.from(record.value).toString();

describe.skipIf(skip)(title, () => {
  beforeAll(startSharedBroker);
  afterAll(stopSharedBroker);
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

  test('a handler that takes longer than the session stays a member and may commit', async () => {
    const options = await freshTopics({ calls: { partitions: 2 } });
    const log = logs.add(await openKafkaLog(options));
    let done = false;
    const member = await join(log, async () => {
      await passed(8_000);
      done = true;
    });
    await log.append([{ topic: 'calls', key: 'k', partition: 1, value: Buffer.from('slow') }]);
    await until(() => done && member.records.length === 1);
    const assignment = member.held.get(1);
    expect(assignment?.sinceConfirmedMs()).toBeLessThan(3_000);
    expect(await assignment?.confirmMembership()).toBe(true);
    await assignment?.commit(1, 'after all');
    expect(member.assigned.sort()).toEqual([0, 1]);
  });

  test('the partitions of a frozen node have another owner within 12 s, and when it wakes it changes nothing', async () => {
    const options = await freshTopics({ calls: { partitions: 4 } });
    const program = await bundleChild(new URL('./children/member.ts', import.meta.url));
    const said: Record<string, unknown>[] = [];
    const config = JSON.stringify({ ...options, node: 'child', group: 'g', topic: 'calls' });
    const child = startChild(process.execPath, [program.program, config], (line) => said.push(JSON.parse(line)));
    try {
      await until(() => said.some(({ ready }) => ready === true));
      const log = logs.add(await openKafkaLog({ ...options, node: 'here' }));
      const member = await join(log);
      await until(() => member.held.size === 2 && said.filter(({ closed }) => closed !== undefined).length >= 2);
      const mine = [...member.held.keys()];
      const theirs = [0, 1, 2, 3].filter((partition) => !mine.includes(partition));

      child.process.kill('SIGSTOP');
      const frozenMs = performance.now();
      await until(() => member.held.size === 4);
      const gapMs = performance.now() - frozenMs;
      expect(gapMs).toBeLessThan(12_000);
      await log.append(theirs.map((partition) => ({ topic: 'calls', key: 'k', partition, value: Buffer.from('x') })));
      await until(() => member.records.length === 2);

      const before = said.length;
      child.process.kill('SIGCONT');
      const woken = () => said.filter(({ woke }) => woke !== undefined);
      await until(() => woken().length === 2);
      for (const each of woken()) {
        expect(theirs).toContain(each['woke']);
        expect(each['sinceConfirmedMs']).toBeGreaterThan(6_000);
        expect(each).toMatchObject({ commit: 'not-owner', member: false });
      }
      // It is given its partitions again, and finds what the other owner committed.
      const given = () => said.slice(before).filter(({ assigned }) => theirs.includes(Number(assigned)));
      await until(() => given().length === 2);
      for (const { committed } of given()) expect(committed).toEqual({ offset: 1, metadata: 'up to 0' });
    } finally {
      child.process.kill('SIGKILL');
      await child.ended;
      program.remove();
    }
  });
});

function sameMap(a: ReadonlyMap<number, string>, b: ReadonlyMap<number, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
