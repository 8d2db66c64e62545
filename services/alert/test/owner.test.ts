import type { AppendEntry, Assignment, LogRecord } from '@earshot/log';
import type { DeliveryDue, DeliveryFact } from '@earshot/model';
import { encodeDeliveryFact, TOPICS } from '@earshot/wire';
import { afterEach, expect, test } from 'vitest';
import { until } from '../../../tests/support/until.js';
import { OnDeliveries } from '../src/deliver/on-deliveries.js';
import { DEFAULT_DELIVERY_SETTINGS } from '../src/deliver/service.js';
import type { SendOutcome } from '../src/domain/next-step.js';

let owner: OnDeliveries | undefined;
afterEach(() => owner?.close());

interface Fake {
  sent: string[];
  appended: AppendEntry[];
  committed: number[];
  asked: number;
}

function open(options: {
  next?: number;
  committed?: number;
  sinceConfirmedMs?: number;
  member?: boolean;
  nowMs?: number;
  send?(due: DeliveryDue): Promise<SendOutcome>;
}): Fake {
  const fake: Fake = { sent: [], appended: [], committed: [], asked: 0 };
  const { next = 0, committed, member = true } = options;
  const assignment: Assignment = {
    topic: TOPICS.deliveries,
    partition: 0,
    owner: 'one',
    ...(committed === undefined ? {} : { committed: { offset: committed, metadata: '' } }),
    first: 0,
    next,
    commit: async (offset) => void fake.committed.push(offset),
    confirmMembership: async () => {
      fake.asked += 1;
      return member;
    },
    sinceConfirmedMs: () => options.sinceConfirmedMs ?? 0,
    leaving: new AbortController().signal,
  };
  owner = new OnDeliveries(
    {
      ...DEFAULT_DELIVERY_SETTINGS,
      policy: DEFAULT_DELIVERY_SETTINGS,
      commitEveryMs: 1,
      graceMs: 50,
      clock: { now: () => options.nowMs ?? 0, sleep: (_ms, signal) => aborted(signal) },
      sender: {
        routesEpoch: () => 1,
        send: async (_to, due) => {
          fake.sent.push(due.id);
          return (await options.send?.(due)) ?? { kind: 'sent', code: 'http-204' };
        },
      },
      controlEpoch: () => 1,
      append: async (entries) => void fake.appended.push(...entries),
      onResult: () => undefined,
      onAttempt: () => undefined,
      onDue: () => undefined,
      onRefused: () => undefined,
      onTrouble: () => undefined,
      onFatal: (error) => {
        throw error;
      },
    },
    assignment,
  );
  return fake;
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

function record(offset: number, body: DeliveryFact['body'] | 'broken', recipient = 'crm'): LogRecord {
  const value =
    body === 'broken'
      ? new Uint8Array([255])
      : encodeDeliveryFact({ tenant: 't', channel: 'webhook', recipient, body });
  return { topic: TOPICS.deliveries, partition: 0, offset, key: 'k', value, timestampMs: 0 };
}

function due(id: string, more: Partial<DeliveryDue> = {}): DeliveryDue {
  const content = { ruleId: 'r', title: 't', severity: 'high' as const, reason: '', units: [], evidence: [] };
  const about = { id, conversationId: 'c', alertId: `a${id}`, operation: 'raised' as const, atMs: 0 };
  const cause = { offset: 1, index: 0 };
  return { kind: 'due', ...about, cause, content: { ...content, channel: 'voice', spokenMs: 0 }, ...more };
}

function resultOf({ id, conversationId, alertId, operation, cause }: DeliveryDue) {
  const about = { id, conversationId, alertId, operation, cause, channel: 'webhook' as const, recipient: 'crm' };
  const result = { ...about, status: 'sent' as const, code: 'http-204', atMs: 0, attempts: 1, controlEpoch: 1 };
  return { kind: 'result' as const, result };
}

test('with an old heartbeat it asks before it sends; out of the group it sends nothing', async () => {
  const out = open({ sinceConfirmedMs: 60_000, member: false });
  await owner?.handle([record(0, due('1'))]);
  await until(() => out.asked === 1, 'the question');
  expect(out.sent).toEqual([]);
  await owner?.close();
  expect(out.committed).toEqual([]);

  const still = open({ sinceConfirmedMs: 60_000, member: true });
  await owner?.handle([record(0, due('1'))]);
  await until(() => still.sent.length === 1, 'the delivery');
});

test('nothing is sent before all that was on the log has been read: its result may be there', async () => {
  const [one, two] = [due('1'), due('2')];
  const fake = open({ next: 3 });
  await owner?.handle([record(0, one), record(1, two)]);
  expect(fake.sent).toEqual([]);
  await owner?.handle([record(2, resultOf(one))]);
  await until(() => fake.sent.length > 0, 'the other one');
  expect(fake.sent).toEqual(['2']);
});

test('what has no result holds the offset, and a neighbour that is done does not move it', async () => {
  const fake = open({
    send: (of) => (of.id === '1' ? new Promise(() => undefined) : Promise.resolve({ kind: 'sent', code: 'c' })),
  });
  await owner?.handle([record(0, due('0'), 'done'), record(1, due('1'), 'dead'), record(2, due('2'), 'alive')]);
  await until(() => fake.sent.length === 3 && fake.committed.length > 0, 'all three');
  await until(() => fake.committed.at(-1) === 1, 'the offset at the one that waits');
  expect(Math.max(...fake.committed)).toBe(1);
  owner = undefined;
});

test('a repeat of what is finished is not sent: its result is told again', async () => {
  const one = due('1');
  const fake = open({ committed: 2, next: 2 });
  await owner?.handle([record(0, one), record(1, resultOf(one))]);
  await owner?.handle([record(2, one)]);
  expect(fake.appended.map(({ topic }) => topic)).toEqual([TOPICS.cases]);
  expect(fake.sent).toEqual([]);
});

test('the same state under another name is not told twice, and still has its result', async () => {
  const [one, other] = [due('1'), due('other', { alertId: 'a1', cause: { offset: 7, index: 0 } })];
  const fake = open({});
  await owner?.handle([record(0, one), record(1, other)]);
  await until(() => fake.appended.length === 4, 'both results');
  expect(fake.sent).toEqual(['1']);
});

test('what cannot be read goes to dead letters, once, and the rest goes on', async () => {
  const fake = open({ committed: 1, next: 2 });
  await owner?.handle([record(0, 'broken'), record(1, 'broken'), record(2, due('1'))]);
  await until(() => fake.sent.length === 1, 'the one behind it');
  expect(fake.appended.filter(({ topic }) => topic === TOPICS.deadLetters)).toHaveLength(1);
});

test('too late, an alarm is not sent any more, but its end is', async () => {
  const fake = open({ nowMs: DEFAULT_DELIVERY_SETTINGS.lifeMs + 1 });
  await owner?.handle([record(0, due('1')), record(1, due('2', { operation: 'retracted' }))]);
  await until(() => fake.appended.length === 4, 'both results');
  expect(fake.sent).toEqual(['2']);
});

test('a request in hand may end when the owner leaves, so that it need not be sent again', async () => {
  let answer = (_outcome: SendOutcome) => {};
  const fake = open({
    send: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  });
  await owner?.handle([record(0, due('1')), record(1, due('2'))]);
  await until(() => fake.sent.length === 1, 'the first request');
  const closed = owner?.close();
  answer({ kind: 'sent', code: 'c' });
  await closed;
  owner = undefined;
  expect(fake.sent).toEqual(['1']);
  expect(fake.appended).toHaveLength(2);
  expect(fake.committed.at(-1)).toBe(1);
});
