import { expect, test } from 'vitest';
import type { ContractFeatures } from '../contract.js';
import { writeMark } from '../fold/commit-metadata.js';
import { assignmentOf, bytes, distinct, gate, keyFor, type LogUnderTest, startReader, until } from './harness.js';

export function groupContract(made: () => LogUnderTest, features: ContractFeatures): void {
  test('a committed offset and its metadata survive a reopen, for that group, topic and partition alone', async () => {
    const { log } = made();
    const entries = [0, 1].map((p) => ({ topic: 'calls', key: keyFor(log, 'calls', p), value: bytes(`p${p}`) }));
    await log.append([...entries, ...entries.map((entry) => ({ ...entry, topic: 'results' }))]);
    const reader = await startReader(log, { group: 'rules', topic: 'calls' });
    await reader.subscription.caughtUp();
    expect(assignmentOf(reader, 1).committed).toBeUndefined();
    await assignmentOf(reader, 1).commit(1, '{"lowWater":17,"说明":"最低水位"}');

    const reopened = await made().reopen();
    const calls = await startReader(reopened, { group: 'rules', topic: 'calls' });
    const expected = { offset: 1, metadata: '{"lowWater":17,"说明":"最低水位"}' };
    expect(assignmentOf(calls, 1).committed).toEqual(expected);
    expect(assignmentOf(calls, 0).committed).toBeUndefined();
    const results = await startReader(reopened, { group: 'rules', topic: 'results' });
    expect(assignmentOf(results, 1).committed).toBeUndefined();
    const other = await startReader(reopened, { group: 'analytics', topic: 'calls' });
    expect(assignmentOf(other, 1).committed).toBeUndefined();
  });

  test('the last commit stands, also if it moves back', async () => {
    const { log } = made();
    await log.append(['a', 'b', 'c'].map((value) => ({ topic: 'single', key: 'k', value: bytes(value) })));
    const reader = await startReader(log, { group: 'g', topic: 'single' });
    const { commit } = assignmentOf(reader, 0);
    await Promise.all([commit(2, 'two'), commit(3, 'three'), commit(1, 'one')]);
    const again = await startReader(await made().reopen(), { group: 'g', topic: 'single' });
    expect(assignmentOf(again, 0).committed).toEqual({ offset: 1, metadata: 'one' });
  });

  test('a handler begins where it says, before or behind what was committed', async () => {
    const { log } = made();
    const values = ['a', 'b', 'c', 'd'];
    for (const value of values) await log.append([{ topic: 'single', key: 'k', value: bytes(value) }]);
    const { next } = await log.bounds('single', 0);
    const first = await startReader(log, { group: 'g', topic: 'single' });
    await first.subscription.caughtUp();
    await assignmentOf(first, 0).commit(next, '');
    await first.subscription.stop();
    for (const from of [0, 2, next]) {
      const replay = await startReader(log, { group: 'g', topic: 'single', from: () => from });
      await replay.subscription.caughtUp();
      expect(replay.records.map(({ offset }) => offset)).toEqual(
        Array.from({ length: next - from }, (_, n) => from + n),
      );
      await replay.subscription.stop();
    }
  });

  test('a handler that begins outside the log is told so instead of skipping records', async () => {
    const { log } = made();
    await log.append([{ topic: 'single', key: 'k', value: bytes('a') }]);
    const { next } = await log.bounds('single', 0);
    const reader = await startReader(log, { group: 'g', topic: 'single', from: () => next + 5 });
    await until(() => reader.errors.length > 0);
    expect(reader.errors).toEqual([{ error: expect.objectContaining({ code: 'offset-out-of-range' }), partition: 0 }]);
  });

  test('an assignment says what the log holds, and a member is confirmed while it is one', async () => {
    const { log } = made();
    await log.append(['a', 'b'].map((value) => ({ topic: 'single', key: 'k', value: bytes(value) })));
    const reader = await startReader(log, { group: 'g', topic: 'single' });
    const assignment = assignmentOf(reader, 0);
    const { first, next } = await log.bounds('single', 0);
    expect({ first: assignment.first, next: assignment.next }).toEqual({ first, next });
    expect(await assignment.confirmMembership()).toBe(true);
    expect(assignment.sinceConfirmedMs()).toBeLessThan(5_000);
    await reader.subscription.stop();
    await reader.subscription.stop();
    expect(await assignment.confirmMembership()).toBe(false);
    await expect(assignment.commit(1, '')).rejects.toMatchObject({ code: 'not-owner' });
  });

  test('every group that reads a topic is named with how far it has come, also after it has left', async () => {
    const { log } = made();
    expect(await log.groups('calls')).toEqual([]);
    const entries = [0, 1].map((p) => ({ topic: 'calls', key: keyFor(log, 'calls', p), value: bytes(`p${p}`) }));
    await log.append(entries);
    const rules = await startReader(log, { group: 'rules', topic: 'calls' });
    await startReader(log, { group: 'fresh', topic: 'calls' });
    await startReader(log, { group: 'rules', topic: 'results' });
    await assignmentOf(rules, 0).commit(1, writeMark(0));
    await assignmentOf(rules, 1).commit(1, 'with metadata');
    const nothing = [undefined, undefined, undefined, undefined];
    const expected = [
      { group: 'fresh', committed: nothing, neededFrom: nothing },
      { group: 'rules', committed: [1, 1, undefined, undefined], neededFrom: [0, 1, undefined, undefined] },
    ];
    expect(await log.groups('calls')).toEqual(expected);
    expect((await log.groups('results')).map(({ group }) => group)).toEqual(['rules']);

    const reopened = await made().reopen();
    expect(await reopened.groups('calls')).toContainEqual(expected[1]);
    await expect(reopened.groups('nothing')).rejects.toMatchObject({ code: 'topic-unknown' });
  });

  test('each joining has an owner name of its own', async () => {
    const { log } = made();
    const first = await startReader(log, { group: 'g', topic: 'single' });
    await first.subscription.stop();
    const second = await startReader(log, { group: 'g', topic: 'single' });
    const third = await startReader(await made().reopen(), { group: 'g', topic: 'single' });
    const owners = [first, second, third].map((reader) => assignmentOf(reader, 0).owner);
    expect(new Set(owners).size).toBe(3);
  });

  const twoOwners = features.newestSubscriberOwns ? test : test.skip;
  twoOwners(
    'of two owners the older one commits nothing more, and the newer one begins where it had committed',
    async () => {
      const { log } = made();
      const door = gate();
      let refused: unknown;
      let started = 0;
      await log.append([{ topic: 'single', key: 'k', value: bytes('contested') }]);
      const older = await startReader(log, {
        group: 'g',
        topic: 'single',
        handle: async (records, assignment) => {
          started += 1;
          await door.opened;
          refused = await assignment
            .commit((records.at(-1)?.offset ?? 0) + 1, 'older')
            .catch((error: unknown) => error);
        },
      });
      await until(() => started === 1);
      await assignmentOf(older, 0).commit(0, 'before');
      const newer = await startReader(log, { group: 'g', topic: 'single' });
      expect(assignmentOf(newer, 0).committed).toEqual({ offset: 0, metadata: 'before' });
      expect(await assignmentOf(older, 0).confirmMembership()).toBe(false);
      expect(await assignmentOf(newer, 0).confirmMembership()).toBe(true);
      await newer.subscription.caughtUp();
      expect(distinct(newer.records)).toEqual(['contested']);
      await assignmentOf(newer, 0).commit(1, 'newer');
      door.open();
      await until(() => older.closed.length === 1);
      expect(refused).toMatchObject({ code: 'not-owner' });

      await log.append([{ topic: 'single', key: 'k', value: bytes('afterwards') }]);
      await newer.subscription.caughtUp();
      expect(distinct(newer.records)).toEqual(['contested', 'afterwards']);
      expect(distinct(older.records)).toEqual(['contested']);
      const last = await startReader(await made().reopen(), { group: 'g', topic: 'single' });
      expect(assignmentOf(last, 0).committed).toEqual({ offset: 1, metadata: 'newer' });
    },
  );
}
