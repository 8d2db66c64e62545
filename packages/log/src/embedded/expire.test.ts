import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedLog, openEmbeddedLog } from './index.js';

let dir: string;
let log: EmbeddedLog;
let nowMs: number;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-expire-'));
  nowMs = 1_000;
  log = await openEmbeddedLog({ dir, topics: { t: { partitions: 1 } }, clock: () => nowMs });
  for (let i = 0; i < 10; i++) {
    nowMs = 1_000 + i * 100;
    await log.append([{ topic: 't', key: 'k', value: Buffer.from(String(i)) }]);
  }
  nowMs = 2_000;
});

afterEach(async () => {
  await log.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A group that has committed there, and left. */
async function commit(group: string, offset: number, metadata: string): Promise<void> {
  const subscription = await log.subscribe({
    group,
    topic: 't',
    onError: () => undefined,
    onAssigned: async (assignment) => {
      await assignment.commit(offset, metadata);
      return { from: offset, handle: async () => undefined, close: async () => undefined };
    },
  });
  await subscription.stop();
}

const first = async () => (await log.bounds('t', 0)).first;

describe('what the log lets go', () => {
  test('is what is older than its age, and nothing younger', async () => {
    expect(await log.expire('t', 700)).toBe(3);
    expect(await first()).toBe(3);
    expect(await log.expire('t', 700)).toBe(0);
  });

  test('is never what a group has not read', async () => {
    await commit('slow', 2, '');
    await log.expire('t', 0);
    expect(await first()).toBe(2);
  });

  test('is never above the low-water mark of a fold', async () => {
    await commit('fold', 9, 'mark=4');
    await commit('other', 8, '');
    await log.expire('t', 0);
    expect(await first()).toBe(4);
  });

  test('stays gone, and what is left stays there, after a restart', async () => {
    await log.expire('t', 500);
    await log.close();
    log = await openEmbeddedLog({ dir, topics: { t: { partitions: 1 } }, clock: () => nowMs });
    expect(await log.bounds('t', 0)).toEqual({ first: 5, next: 10 });
  });
});
