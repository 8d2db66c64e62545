import { expect, test } from 'vitest';
import type { LogRecord } from '../port.js';
import { bytes, distinct, keyFor, type LogUnderTest, readAll, startReader, text } from './harness.js';

export function appendContract(made: () => LogUnderTest): void {
  test('an append that resolved is there after the log was let go and opened again', async () => {
    const { log } = made();
    const entries = Array.from({ length: 200 }, (_, n) => ({
      topic: 'calls',
      key: `k${n % 13}`,
      value: bytes(`v${n}`),
    }));
    const offsets = await log.append(entries);
    const reopened = await made().reopen();
    for (const [n, { key }] of entries.entries()) {
      const [record] = await reopened.read('calls', reopened.partitionOf('calls', key), offsets[n] ?? -1, 1);
      expect(record && { key: record.key, value: text(record) }).toEqual({ key, value: `v${n}` });
    }
  });

  test('entries of one append and appends made without awaiting keep their order in a partition', async () => {
    const { log } = made();
    const key = keyFor(log, 'calls', 2);
    const calls = Array.from({ length: 120 }, (_, n) =>
      log.append([0, 1, 2].map((part) => ({ topic: 'calls', key, value: bytes(`${n}.${part}`) }))),
    );
    const offsets = (await Promise.all(calls)).flat();
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    const expected = Array.from({ length: 120 }, (_, n) => [0, 1, 2].map((part) => `${n}.${part}`)).flat();
    expect(distinct(await readAll(log, 'calls', 2))).toEqual(expected);
  });

  test('headers come back as they were, whatever their names, and none where there were none', async () => {
    const { log } = made();
    const given = [
      ['content-type', bytes('application/json')],
      ['constructor', bytes('a name that every object has')],
      ['__proto__', bytes('another one')],
      ['来源', bytes('')],
      ['bytes', new Uint8Array([0, 255, 128])],
    ] as const;
    await log.append([
      { topic: 'single', key: 'k', value: bytes('with'), headers: new Map(given) },
      { topic: 'single', key: 'k', value: bytes('without') },
    ]);
    const shape = (records: LogRecord[]) => {
      const once = new Map(records.map((record) => [text(record), record.headers]));
      return [...once].map(([value, headers]) => [value, headers && [...headers].map(([name, of]) => [name, [...of]])]);
    };
    const expected = [
      ['with', given.map(([name, of]) => [name, [...of]])],
      ['without', undefined],
    ];
    const reader = await startReader(log, { group: 'g', topic: 'single' });
    await reader.subscription.caughtUp();
    expect(shape(reader.records)).toEqual(expected);
    expect(shape(await readAll(await made().reopen(), 'single', 0))).toEqual(expected);
  });

  test('an append over several topics and partitions answers with the offset of each entry', async () => {
    const { log } = made();
    const entries = ['calls', 'results', 'single', 'calls'].map((topic, n) => ({
      topic,
      key: `key-${n}`,
      value: bytes(`value-${n}`),
    }));
    const offsets = await log.append(entries);
    for (const [n, { topic, key }] of entries.entries()) {
      const [record] = await log.read(topic, log.partitionOf(topic, key), offsets[n] ?? -1, 1);
      expect(record && text(record)).toBe(`value-${n}`);
    }
  });

  test('a key goes to the same partition in every topic of the same count, and keys spread', async () => {
    const { log } = made();
    const keys = Array.from({ length: 200 }, (_, n) => `tenant-${n % 3}/conversation-${n}`);
    const numbers = keys.map((key) => log.partitionOf('calls', key));
    expect(keys.map((key) => log.partitionOf('results', key))).toEqual(numbers);
    expect(new Set(numbers)).toEqual(new Set([0, 1, 2, 3]));
    await log.append(keys.slice(0, 20).map((key) => ({ topic: 'calls', key, value: bytes(key) })));
    for (let partition = 0; partition < 4; partition += 1) {
      for (const record of await readAll(log, 'calls', partition)) {
        expect(log.partitionOf('calls', record.key)).toBe(partition);
      }
    }
  });

  test('an entry that names its partition goes there whatever its key', async () => {
    const { log } = made();
    const key = keyFor(log, 'calls', 0);
    await log.append([{ topic: 'calls', key, partition: 3, value: bytes('takeover') }]);
    expect(distinct(await readAll(log, 'calls', 3))).toEqual(['takeover']);
    expect(await readAll(log, 'calls', 0)).toEqual([]);
  });

  test('offsets rise by one and log time never runs backwards in a partition, across a reopen too', async () => {
    let { log } = made();
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 10; n += 1) await log.append([{ topic: 'single', key: 'k', value: bytes(`${round}.${n}`) }]);
      log = await made().reopen();
    }
    const records = await readAll(log, 'single', 0);
    const { first, next } = await log.bounds('single', 0);
    expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: next - first }, (_, n) => first + n));
    const times = records.map(({ timestampMs }) => timestampMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(log.clock()).toBeGreaterThanOrEqual(times.at(-1) ?? Number.POSITIVE_INFINITY);
  });

  test('values of 1 MB, empty values and keys in any script come back byte for byte', async () => {
    const { log } = made();
    const large = new Uint8Array(1 << 20).map((_, n) => (n * 31 + (n >> 8)) & 255);
    const values = [large, new Uint8Array(0), bytes('您好，请稍等')];
    const keys = ['租户一/会话-甲', 'clé-é-🎧', 'ключ'];
    for (const [n, value] of values.entries()) {
      const key = keys[n] ?? '';
      const [offset] = await log.append([{ topic: 'calls', key, value }]);
      const [record] = await log.read('calls', log.partitionOf('calls', key), offset ?? -1, 1);
      expect(record?.key).toBe(key);
      expect(Buffer.compare(Buffer.from(record?.value ?? [1]), Buffer.from(value))).toBe(0);
    }
  });

  test('an empty append resolves to nothing and an empty partition reads as empty', async () => {
    const { log } = made();
    expect(await log.append([])).toEqual([]);
    expect(await log.bounds('spare', 0)).toEqual({ first: 0, next: 0 });
    expect(await log.read('spare', 0, 0, 10)).toEqual([]);
  });

  test('a read gives at most its limit, nothing at the end, and refuses an offset outside', async () => {
    const { log } = made();
    await log.append(['a', 'b', 'c'].map((value) => ({ topic: 'single', key: 'k', value: bytes(value) })));
    expect(await log.read('single', 0, 0, 2)).toHaveLength(2);
    const { next } = await log.bounds('single', 0);
    expect(await log.read('single', 0, next, 5)).toEqual([]);
    await expect(log.read('single', 0, next + 1, 5)).rejects.toMatchObject({ code: 'offset-out-of-range' });
  });

  test('an unknown topic or partition is refused and nothing of that append is written', async () => {
    const { log } = made();
    const good = { topic: 'single', key: 'k', value: bytes('must not appear') };
    const badTopic = { ...good, topic: 'nowhere' };
    await expect(log.append([good, badTopic])).rejects.toMatchObject({ code: 'topic-unknown', retry: false });
    await expect(log.append([good, { ...good, partition: 9 }])).rejects.toMatchObject({ code: 'partition-unknown' });
    expect(() => log.partitions('nowhere')).toThrowError(expect.objectContaining({ code: 'topic-unknown' }));
    expect(await readAll(log, 'single', 0)).toEqual([]);
  });

  test('after close an append is refused, and closing twice is fine', async () => {
    const { log } = made();
    await log.close();
    await log.close();
    const late = log.append([{ topic: 'single', key: 'k', value: bytes('late') }]);
    await expect(late).rejects.toMatchObject({ code: 'log-closed' });
  });
}
