import { expect, test } from 'vitest';
import { bytes, distinct, gate, keyFor, type LogUnderTest, startReader, text, until } from './harness.js';

export function deliveryContract(made: () => LogUnderTest): void {
  test('every group sees every record, each key in order', async () => {
    const { log } = made();
    const keys = Array.from({ length: 9 }, (_, n) => `conversation-${n}`);
    for (let n = 0; n < 30; n += 1) {
      await log.append(keys.map((key) => ({ topic: 'calls', key, value: bytes(`${key}#${n}`) })));
    }
    for (const group of ['rules', 'analytics']) {
      const reader = await startReader(log, { group, topic: 'calls' });
      await reader.subscription.caughtUp();
      for (const key of keys) {
        const expected = Array.from({ length: 30 }, (_, n) => `${key}#${n}`);
        expect(distinct(reader.records.filter((record) => record.key === key))).toEqual(expected);
      }
      expect(reader.errors).toEqual([]);
    }
  });

  test('what is appended after joining is delivered without anything further happening', async () => {
    const { log } = made();
    const reader = await startReader(log, { group: 'g', topic: 'calls' });
    await reader.subscription.caughtUp();
    for (const value of ['one', 'two', 'three']) {
      await log.append([{ topic: 'calls', key: 'k', value: bytes(value) }]);
      await until(() => reader.records.some((record) => text(record) === value));
    }
    expect(distinct(reader.records)).toEqual(['one', 'two', 'three']);
  });

  test('the next batch comes only after the handler resolved, and everything comes in the end', async () => {
    const { log } = made();
    let inHand = 0;
    let most = 0;
    const door = gate();
    const reader = await startReader(log, {
      group: 'g',
      topic: 'single',
      handle: async () => {
        inHand += 1;
        most = Math.max(most, inHand);
        await door.opened;
        inHand -= 1;
      },
    });
    const appends = Array.from({ length: 3000 }, (_, n) =>
      log.append([{ topic: 'single', key: 'k', value: bytes(String(n)) }]),
    );
    await until(() => inHand === 1);
    await Promise.all(appends);
    expect(reader.records).toEqual([]);
    door.open();
    await reader.subscription.caughtUp();
    expect(most).toBe(1);
    expect(distinct(reader.records)).toEqual(Array.from({ length: 3000 }, (_, n) => String(n)));
  });

  test('a slow partition delays no other', async () => {
    const { log } = made();
    const door = gate();
    const reader = await startReader(log, {
      group: 'g',
      topic: 'calls',
      handle: async (records) => {
        if (records[0]?.partition === 1) await door.opened;
      },
    });
    await log.append(
      [1, 0, 2, 3].map((p) => ({ topic: 'calls', key: keyFor(log, 'calls', p), value: bytes(`p${p}`) })),
    );
    await until(() => distinct(reader.records).length === 3);
    expect(distinct(reader.records).sort()).toEqual(['p0', 'p2', 'p3']);
    door.open();
    await reader.subscription.caughtUp();
    expect(distinct(reader.records).sort()).toEqual(['p0', 'p1', 'p2', 'p3']);
  });

  test('a poison record goes to dead letters and its partition goes on', async () => {
    const { log } = made();
    const reader = await startReader(log, {
      group: 'g',
      topic: 'single',
      handle: async (records) => {
        for (const record of records.filter((each) => text(each) === 'poison')) {
          await log.append([{ topic: 'results', key: 'dead', value: record.value }]);
        }
      },
    });
    const values = ['before', 'poison', 'after'];
    await log.append(values.map((value) => ({ topic: 'single', key: 'k', value: bytes(value) })));
    await reader.subscription.caughtUp();
    const dead = await startReader(log, { group: 'g', topic: 'results' });
    await dead.subscription.caughtUp();
    expect(distinct(dead.records)).toEqual(['poison']);
    expect(distinct(reader.records)).toEqual(values);
  });

  test('a handler that throws stops its own partition, is reported once, and the others go on', async () => {
    const { log } = made();
    const reader = await startReader(log, {
      group: 'g',
      topic: 'calls',
      handle: async (records) => {
        if (records[0]?.partition === 2) throw new Error('cannot go on');
      },
    });
    await log.append([{ topic: 'calls', key: keyFor(log, 'calls', 2), value: bytes('bad') }]);
    await until(() => reader.errors.length > 0);
    const next = [0, 1, 2, 3].map((p) => ({ topic: 'calls', key: keyFor(log, 'calls', p), value: bytes(`p${p}`) }));
    await log.append(next);
    await until(() => distinct(reader.records).length === 3);
    await expect(reader.subscription.caughtUp()).rejects.toMatchObject({ code: 'partition-stopped' });
    expect(distinct(reader.records).sort()).toEqual(['p0', 'p1', 'p3']);
    expect(reader.errors).toEqual([{ error: expect.objectContaining({ message: 'cannot go on' }), partition: 2 }]);
    await reader.subscription.stop();
    expect([...reader.closed].sort()).toEqual([0, 1, 2, 3]);
    const again = await startReader(log, { group: 'g', topic: 'calls' });
    await again.subscription.caughtUp();
    expect(distinct(again.records.filter(({ partition }) => partition === 2))).toEqual(['bad', 'p2']);
  });

  for (const how of ['stop', 'close'] as const) {
    test(`${how} finishes what is in hand, its appends and commits included, and delivers nothing after`, async () => {
      const { log } = made();
      const door = gate();
      let started = 0;
      const reader = await startReader(log, {
        group: 'g',
        topic: 'single',
        handle: async (records, assignment) => {
          started += 1;
          await door.opened;
          await log.append([{ topic: 'results', key: 'effect', value: bytes('done') }]);
          await assignment.commit((records.at(-1)?.offset ?? 0) + 1, 'kept');
        },
      });
      await log.append([{ topic: 'single', key: 'k', value: bytes('in hand') }]);
      await until(() => started === 1);
      await log.append([{ topic: 'single', key: 'k', value: bytes('later') }]);
      let over = false;
      const ending = (how === 'stop' ? reader.subscription.stop() : log.close()).then(() => {
        over = true;
      });
      await new Promise((resolve) => setImmediate(resolve));
      expect(over).toBe(false);
      expect(reader.closed).toEqual([]);
      door.open();
      await ending;
      expect(started).toBe(1);
      expect(reader.closed).toEqual([0]);
      expect(distinct(reader.records)).toEqual(['in hand']);

      const reopened = await made().reopen();
      const rest = await startReader(reopened, { group: 'g', topic: 'single' });
      await rest.subscription.caughtUp();
      expect(distinct(rest.records)).toContain('later');
      expect(rest.assignments.get(0)?.committed?.metadata).toBe('kept');
      const effects = await startReader(reopened, { group: 'g', topic: 'results' });
      await effects.subscription.caughtUp();
      expect(distinct(effects.records)).toEqual(['done']);
    });
  }

  test('caughtUp waits for what the log held when it was called, and an empty log is caught up at once', async () => {
    const { log } = made();
    const empty = await startReader(log, { group: 'g', topic: 'spare' });
    await empty.subscription.caughtUp();
    await log.append(['a', 'b'].map((value) => ({ topic: 'single', key: 'k', value: bytes(value) })));
    const reader = await startReader(log, { group: 'g', topic: 'single' });
    await reader.subscription.caughtUp();
    expect(distinct(reader.records)).toEqual(['a', 'b']);
  });
}
