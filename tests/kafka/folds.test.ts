import type { Log } from '@earshot/log';
import { runFold } from '@earshot/log/fold';
import { openKafkaLog } from '@earshot/log/kafka';
import { wordFold, wordOptions } from '@earshot/log/testing';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { closing, freshTopics, kafkaSuite, useSharedBroker } from './support.js';

const { title, skip } = await kafkaSuite('folds over Kafka', 'test:all');
const KEYS = Array.from({ length: 40 }, (_, n) => `conversation-${n}`);
const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz');

describe.skipIf(skip)(title, () => {
  beforeAll(useSharedBroker);
  const logs = closing();
  afterEach(() => logs.closeAll());

  test('while owners come and go, every conversation ends with what one owner would have said', async () => {
    const options = await freshTopics({ calls: { partitions: 6 }, words: { partitions: 6 } });
    const writer = logs.add(await openKafkaLog({ ...options, node: 'writer' }));
    const told: string[] = [];
    const own = async (node: string): Promise<Log> => {
      const log = logs.add(await openKafkaLog({ ...options, node }));
      await runFold(log, 'calls', wordFold, {
        ...wordOptions,
        onAlarm: (code) => told.push(code),
        onStopped: (error, partition) => told.push(`${node}/${partition}: ${String(error)}`),
      });
      return log;
    };
    await own('a');
    const spell = async (letters: readonly string[]) => {
      for (const letter of letters) {
        await writer.append(KEYS.map((key) => ({ topic: 'calls', key, value: Buffer.from(letter) })));
      }
    };
    await spell(LETTERS.slice(0, 5));
    const [b] = await Promise.all([own('b'), spell(LETTERS.slice(5, 12))]);
    const [c] = await Promise.all([own('c'), spell(LETTERS.slice(12, 18))]);
    await Promise.all([b.close(), spell(LETTERS.slice(18, 22))]);
    await Promise.all([c.close(), spell(LETTERS.slice(22))]);

    const words = new Map<string, { word: string; asOf: number }>();
    await writer.tail({
      topic: 'words',
      from: { timestampMs: 0 },
      handle: async (records) => {
        for (const { key, value } of records) {
          const [word = '', asOf = ''] = Buffer.from(value).toString().split('@');
          if (Number(asOf) > (words.get(key)?.asOf ?? -1)) words.set(key, { word, asOf: Number(asOf) });
        }
      },
      onError: (error) => told.push(String(error)),
    });
    const whole = LETTERS.join('');
    await vi.waitFor(() => expect(KEYS.filter((key) => words.get(key)?.word !== whole)).toEqual([]), 20_000);
    expect(told).toEqual([]);
  });
});
