import { openKafkaLog, SESSION_MS } from '@earshot/log/kafka';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundleChild, startChild } from '../../packages/log/src/testing/child.js';
import { join } from './member.js';
import { closing, freshTopics, isFull, kafkaSuite, passed, useSharedBroker } from './support.js';

const { title, skip } = await kafkaSuite('groups over Kafka', 'test:all');
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 20_000, interval: 5 });
/** The product's times by hand; in CI a third of them, so that nothing but the waiting is shorter. */
const times = isFull ? { sessionMs: SESSION_MS } : { sessionMs: SESSION_MS / 3, heartbeatMs: 400 };

describe.skipIf(skip)(title, () => {
  beforeAll(useSharedBroker);
  const logs = closing();
  afterEach(() => logs.closeAll());

  test('a handler that takes longer than the session stays a member and may commit', async () => {
    const options = await freshTopics({ calls: { partitions: 2 } });
    const log = logs.add(await openKafkaLog({ ...options, times }));
    let done = false;
    const member = await join(log, async () => {
      await passed(times.sessionMs + 2_000);
      done = true;
    });
    await log.append([{ topic: 'calls', key: 'k', partition: 1, value: Buffer.from('slow') }]);
    await until(() => done && member.records.length === 1);
    const assignment = member.held.get(1);
    expect(assignment?.sinceConfirmedMs()).toBeLessThan(times.sessionMs / 2);
    expect(await assignment?.confirmMembership()).toBe(true);
    await assignment?.commit(1, 'after all');
    expect(member.assigned.sort()).toEqual([0, 1]);
  });

  test('the partitions of a frozen node have another owner within two sessions, and when it wakes it changes nothing', async () => {
    const options = await freshTopics({ calls: { partitions: 4 } });
    const program = await bundleChild(new URL('./children/member.ts', import.meta.url));
    const said: Record<string, unknown>[] = [];
    const config = JSON.stringify({ ...options, times, node: 'child', group: 'g', topic: 'calls' });
    const child = startChild(process.execPath, [program.program, config], (line) => said.push(JSON.parse(line)));
    try {
      await until(() => said.some(({ ready }) => ready === true));
      const log = logs.add(await openKafkaLog({ ...options, times, node: 'here' }));
      const member = await join(log);
      await until(() => member.held.size === 2 && said.filter(({ closed }) => closed !== undefined).length >= 2);
      const mine = [...member.held.keys()];
      const theirs = [0, 1, 2, 3].filter((partition) => !mine.includes(partition));

      child.process.kill('SIGSTOP');
      const frozenMs = performance.now();
      await until(() => member.held.size === 4);
      const gapMs = performance.now() - frozenMs;
      expect(gapMs).toBeLessThan(2 * times.sessionMs);
      await log.append(theirs.map((partition) => ({ topic: 'calls', key: 'k', partition, value: Buffer.from('x') })));
      await until(() => member.records.length === 2);

      const before = said.length;
      child.process.kill('SIGCONT');
      const woken = () => said.filter(({ woke }) => woke !== undefined);
      await until(() => woken().length === 2);
      for (const each of woken()) {
        expect(theirs).toContain(each['woke']);
        expect(each['sinceConfirmedMs']).toBeGreaterThan(times.sessionMs);
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
