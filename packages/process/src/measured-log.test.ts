import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics, createScope } from '@earshot/kit';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { EarshotError } from '@earshot/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { measuredLog } from './measured-log.js';

let scope = createScope();
let metrics: ReturnType<typeof createMetrics>;
let nowMs: number;
let log: Log;

beforeEach(async () => {
  scope = createScope();
  metrics = createMetrics();
  nowMs = 1_000_000;
  const dir = mkdtempSync(join(tmpdir(), 'earshot-measured-'));
  scope.defer('folder', () => rmSync(dir, { recursive: true, force: true }));
  const topics = { calls: { partitions: 2 }, words: { partitions: 1 } };
  const opened = await openEmbeddedLog({ dir, topics, clock: () => nowMs });
  scope.defer('log', () => opened.close());
  log = measuredLog(opened, metrics);
});
afterEach(() => scope.close());

const entry = (topic: string, partition = 0) => ({ topic, partition, key: 'k', value: new Uint8Array([1]) });
const figures = async () => (await metrics.text()).split('\n').filter((line) => line.startsWith('earshot_log_'));

/** Joins, and handles nothing before `open` is called. */
async function joinGroup(group: string, topic: string) {
  let open = () => {};
  const door = new Promise<void>((resolve) => {
    open = resolve;
  });
  const subscription = await log.subscribe({
    group,
    topic,
    onAssigned: async ({ first }) => ({ from: first, handle: () => door, close: async () => {} }),
    onError: () => undefined,
  });
  return { subscription, open };
}

test('a group that handles nothing is behind by records and by seconds, and caught up by neither', async () => {
  const rules = await joinGroup('rule-engine', 'calls');
  await log.append([entry('calls')]);
  nowMs += 4_000;
  await log.append([entry('calls', 1), entry('calls', 1), entry('words')]);
  nowMs += 2_500;
  expect(await figures()).toEqual(
    expect.arrayContaining([
      'earshot_log_appended_total{topic="calls"} 3',
      'earshot_log_appended_total{topic="words"} 1',
      'earshot_log_lag_records{group="rule-engine",topic="calls"} 2',
      'earshot_log_lag_seconds{group="rule-engine",topic="calls"} 6.5',
    ]),
  );
  rules.open();
  await rules.subscription.caughtUp();
  expect(await figures()).toEqual(
    expect.arrayContaining([
      'earshot_log_handled_total{group="rule-engine",topic="calls"} 3',
      'earshot_log_lag_records{group="rule-engine",topic="calls"} 0',
      'earshot_log_lag_seconds{group="rule-engine",topic="calls"} 0',
    ]),
  );
});

test('of several tails of a topic the one that is furthest behind counts, and one that has left does not', async () => {
  let open = () => {};
  const door = new Promise<void>((resolve) => {
    open = resolve;
  });
  const from = { timestampMs: 0 };
  const onError = () => undefined;
  const slow = await log.tail({ topic: 'words', from, handle: () => door, onError });
  const quick = await log.tail({ topic: 'words', from, handle: async () => {}, onError });
  await log.append([entry('words'), entry('words')]);
  await quick.caughtUp();
  expect(await figures()).toContain('earshot_log_lag_records{group="tail",topic="words"} 2');
  open();
  await slow.stop();
  expect(await figures()).toContain('earshot_log_lag_records{group="tail",topic="words"} 0');
  await quick.stop();
  expect((await figures()).filter((line) => line.startsWith('earshot_log_lag'))).toEqual([]);
});

test('a rejected append is counted by its code, and rejected', async () => {
  await expect(log.append([entry('nothing')])).rejects.toBeInstanceOf(EarshotError);
  await vi.waitFor(async () =>
    expect(await figures()).toContain('earshot_log_append_failures_total{code="topic-unknown"} 1'),
  );
  expect(await figures()).toContain('earshot_log_append_duration_seconds_count 0');
});
