import { expect, test } from 'vitest';
import type { Log, Subscription } from '../port.js';
import { bytes, gate, keyFor, type LogUnderTest, startReader, until } from './harness.js';

export function lagContract(made: () => LogUnderTest): void {
  const write = async (log: Log, values: readonly string[]) => {
    for (const value of values) await log.append([{ topic: 'single', key: 'k', value: bytes(value) }]);
    const { first, next } = await log.bounds('single', 0);
    const [oldest] = await log.read('single', 0, first, 1);
    return { records: next - first, oldestMs: oldest?.timestampMs };
  };

  /** As far behind as the partition is long, then not at all. */
  const expectLag = async (
    reader: { subscription: Subscription; open(): void },
    wanted: { records: number; oldestMs: number | undefined },
  ) => {
    const { subscription } = reader;
    await until(() => subscription.lag().records === wanted.records);
    expect(subscription.lag()).toEqual(wanted);
    reader.open();
    await subscription.caughtUp();
    expect(subscription.lag()).toEqual({ records: 0 });
  };

  test('a member is behind by what it has not handled, since the oldest of it was written', async () => {
    const { log } = made();
    const door = gate();
    const reader = await startReader(log, { group: 'g', topic: 'single', handle: () => door.opened });
    expect(reader.subscription.lag()).toEqual({ records: 0 });
    await expectLag({ ...reader, open: door.open }, await write(log, ['a', 'b', 'c']));
  });

  test('a tail is behind by what it has not handled, since the oldest of it was written', async () => {
    const { log } = made();
    const door = gate();
    const wanted = await write(log, ['a', 'b', 'c']);
    const from = { timestampMs: 0 };
    const subscription = await log.tail({ topic: 'single', from, handle: () => door.opened, onError: () => undefined });
    await expectLag({ subscription, open: door.open }, wanted);
  });

  test('of several partitions the one that is furthest behind counts, and a reader that stopped is not behind', async () => {
    const { log } = made();
    const door = gate();
    const reader = await startReader(log, { group: 'g', topic: 'calls', handle: () => door.opened });
    const entry = (partition: number) => ({
      topic: 'calls',
      key: keyFor(log, 'calls', partition),
      value: bytes(`${partition}`),
    });
    await log.append([entry(0)]);
    for (let n = 0; n < 3; n++) await log.append([entry(1)]);
    const [oldest] = await log.read('calls', 0, 0, 1);
    const { next } = await log.bounds('calls', 1);
    await until(() => reader.subscription.lag().records === next);
    await until(() => reader.subscription.lag().oldestMs === oldest?.timestampMs);
    door.open();
    await reader.subscription.stop();
    expect(reader.subscription.lag()).toEqual({ records: 0 });
  });
}
