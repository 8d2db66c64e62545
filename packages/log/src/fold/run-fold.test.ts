import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openEmbeddedLog } from '../embedded/index.js';
import type { Log, Subscription } from '../port.js';
import type { FoldRunOptions } from './partition-runner.js';
import { runFold } from './run-fold.js';
import type { Decoded, FoldDefinition, FoldFact } from './types.js';

/** Counts the letters of a word, one letter a record; `?` cannot be judged until `known` says so. */
function letters(known: () => boolean = () => true): FoldDefinition<{ word: string }, string> {
  return {
    service: 'letters',
    engine: 'letters/1',
    stateSchemas: [1],
    decode({ key, value }): Decoded<string> {
      const text = Buffer.from(value).toString();
      if (text.startsWith('{')) {
        const fact = JSON.parse(text) as FoldFact;
        return fact.kind === 'takeover' ? fact : fact.kind === 'closed' ? { ...fact, key } : { kind: 'skip' };
      }
      if (text === '!') return { kind: 'bad', reason: 'undecodable' };
      if (text === '?' && !known()) return { kind: 'wait', code: 'letter-unknown', detail: {} };
      return { kind: 'fact', key, fact: text };
    },
    encode: (fact) => Buffer.from(JSON.stringify(fact)),
    opens: () => true,
    open: () => ({ word: '' }),
    apply(state, letter) {
      state.word += letter;
      return { kind: 'inspected' };
    },
    reachTime: () => ({ kind: 'repeated' }),
    nextTime: () => undefined,
    closeAfterMs: () => 3_600_000,
    emit: (state, at) => [{ topic: 'out', key: 'w', value: Buffer.from(`${state.word}@${at.offset}`) }],
    saveState: (state) => Buffer.from(state.word),
    loadState: (bytes) => ({ word: Buffer.from(bytes).toString() }),
  };
}

let dir: string;
let log: Log;
let alarms: string[];
const subscriptions: Subscription[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-fold-'));
  log = await open();
  alarms = [];
});

afterEach(async () => {
  for (const subscription of subscriptions.splice(0)) await subscription.stop().catch(() => undefined);
  await log.close();
  rmSync(dir, { recursive: true, force: true });
});

const open = () =>
  openEmbeddedLog({ dir, topics: { in: { partitions: 1 }, out: { partitions: 1 }, dead: { partitions: 1 } } });

async function start(on: Log, definition = letters(), more: Partial<FoldRunOptions> = {}): Promise<Subscription> {
  const subscription = await runFold(on, 'in', definition, {
    maxRefold: 1_000,
    commitEveryMs: 0,
    tickMs: 5,
    deadLetter: ({ key, value }, reason) => ({
      topic: 'dead',
      key,
      value: Buffer.concat([Buffer.from(`${reason}:`), value]),
    }),
    onAlarm: (code) => alarms.push(code),
    onCount: () => undefined,
    onStopped: () => undefined,
    ...more,
  });
  subscriptions.push(subscription);
  return subscription;
}

const write = (...texts: string[]) =>
  log.append(texts.map((text) => ({ topic: 'in', key: 'w', value: Buffer.from(text) })));

async function texts(topic: string): Promise<string[]> {
  const { first, next } = await log.bounds(topic, 0);
  const records = next > first ? await log.read(topic, 0, first, next - first) : [];
  return records.map(({ value }) => Buffer.from(value).toString());
}

describe('a fold on a real log', () => {
  test('goes on after a restart with the state it had, from the low-water mark', async () => {
    const first = await start(log);
    await write('a', 'b');
    await first.caughtUp();
    await first.stop();
    await log.close();
    log = await open();
    const second = await start(log);
    await write('c');
    await second.caughtUp();
    expect((await texts('out')).at(-1)).toMatch(/^abc@/);
  });

  test('appends before it moves the offset: what died in between is said again, never left out', async () => {
    const order: string[] = [];
    const watched = watch(log, order);
    const fold = await start(watched);
    await write('a');
    await fold.caughtUp();
    await vi.waitFor(() => expect(order).toContain('commit 2'));
    expect(order.indexOf('append out')).toBeGreaterThanOrEqual(0);
    expect(order.indexOf('append out')).toBeLessThan(order.indexOf('commit 2'));
  });

  test('puts what it cannot read in dead letters and goes on', async () => {
    const fold = await start(log);
    await write('a', '!', 'b');
    await fold.caughtUp();
    expect(await texts('dead')).toEqual(['undecodable:!']);
    expect((await texts('out')).at(-1)).toMatch(/^ab@/);
  });

  test('waits in front of what it cannot judge yet, with one alarm, and then takes it', async () => {
    let known = false;
    const fold = await start(
      log,
      letters(() => known),
    );
    await write('a', '?', 'b');
    await vi.waitFor(() => expect(alarms).toEqual(['letter-unknown']));
    expect((await texts('out')).some((text) => text.includes('b'))).toBe(false);
    known = true;
    await fold.caughtUp();
    expect((await texts('out')).at(-1)).toMatch(/^a\?b@/);
    expect(alarms).toEqual(['letter-unknown']);
  });

  test('stops while it waits, and leaves the record unread', async () => {
    const fold = await start(
      log,
      letters(() => false),
    );
    await write('a', '?');
    await vi.waitFor(() => expect(alarms).toEqual(['letter-unknown']));
    await fold.stop();
    const again = await start(log, letters());
    await again.caughtUp();
    expect((await texts('out')).at(-1)).toMatch(/^a\?@/);
  });

  test('an owner that is out says and commits nothing once it has read the new one', async () => {
    const old = await start(log);
    await write('a');
    await old.caughtUp();
    const fresh = await start(log);
    await fresh.caughtUp();
    await write('b');
    await fresh.caughtUp();
    const said = (await texts('out')).filter((text) => text.startsWith('ab@'));
    expect(said).toHaveLength(1);
  });
});

/** The log, with the order of what is asked of it. */
function watch(inner: Log, order: string[]): Log {
  return {
    ...inner,
    partitions: (topic) => inner.partitions(topic),
    partitionOf: (topic, key) => inner.partitionOf(topic, key),
    clock: () => inner.clock(),
    async append(entries) {
      const offsets = await inner.append(entries);
      for (const entry of entries) order.push(`append ${entry.topic}`);
      return offsets;
    },
    subscribe: (options) =>
      inner.subscribe({
        ...options,
        onAssigned: (assignment) =>
          options.onAssigned({
            ...assignment,
            confirmMembership: () => assignment.confirmMembership(),
            sinceConfirmedMs: () => assignment.sinceConfirmedMs(),
            async commit(offset, metadata) {
              order.push(`commit ${offset}`);
              await assignment.commit(offset, metadata);
            },
          }),
      }),
  };
}
