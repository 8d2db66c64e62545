import type { AlertState, DeliveryDue, DeliveryResult } from '@earshot/model';
import { expect, test } from 'vitest';
import { Ledger, type Waiting } from './ledger.js';
import { type DeliveryPolicy, nextStep, retryAfterMs } from './next-step.js';

function due(id: string, offset: number, operation: AlertState = 'raised', alertId = 'a'): DeliveryDue {
  const content = { ruleId: 'r', title: 't', severity: 'high' as const, reason: '', units: [], evidence: [] };
  const about = { id, conversationId: 'c', alertId, operation, cause: { offset, index: 0 }, atMs: 0 };
  return { kind: 'due', ...about, content: { ...content, channel: 'voice', spokenMs: 0 } };
}

function result(of: DeliveryDue, code = 'http-204', controlEpoch = 1): { kind: 'result'; result: DeliveryResult } {
  const { id, conversationId, alertId, operation, cause } = of;
  const about = { id, conversationId, alertId, operation, cause, channel: 'webhook' as const, recipient: 'r' };
  return { kind: 'result', result: { ...about, status: 'sent', code, atMs: 0, attempts: 1, controlEpoch } };
}

const at = (offset: number) => ({ offset, logMs: offset });

test('waits in order, and the oldest without a result holds the offset', () => {
  const ledger = new Ledger();
  const [one, two] = [due('1', 1), due('2', 2, 'claimed')];
  ledger.take(one, at(10));
  ledger.take(two, at(11));
  expect([ledger.head()?.due.id, ledger.oldest(), ledger.size]).toEqual(['1', 10, 2]);
  ledger.take(result(one), at(12));
  expect([ledger.head()?.due.id, ledger.oldest()]).toEqual(['2', 11]);
});

test('acts only if the last operation for the alert differs and is older', () => {
  const ledger = new Ledger();
  const [one, two] = [due('1', 1), due('2', 2, 'retracted')];
  expect(ledger.take(one, at(10)).kind).toBe('queued');
  expect(ledger.take(one, at(11)).kind).toBe('repeated');
  expect(ledger.take(two, at(12)).kind).toBe('queued');
  expect(ledger.take(due('0', 0), at(13)).kind).toBe('repeated');
  expect(ledger.take(due('2b', 2, 'raised'), at(14)).kind).toBe('repeated');
  expect(ledger.take(due('other', 0, 'raised', 'b'), at(15)).kind).toBe('queued');
  ledger.take(result(two), at(16));
  expect(ledger.take(two, at(17))).toMatchObject({ kind: 'finished', result: { id: '2' } });
});

test('knows what the recipient knows for certain: what failed may have arrived', () => {
  const ledger = new Ledger();
  const [one, again] = [due('1', 1), due('again', 5)];
  ledger.take(one, at(10));
  expect(ledger.knows(again)).toBe(false);
  ledger.take(result(one), at(11));
  expect(ledger.take(again, at(12)).kind).toBe('queued');
  expect([ledger.knows(again), ledger.knows(due('2', 6, 'retracted'))]).toEqual([true, false]);
  const failed = result(due('2', 6, 'retracted'), 'timeout');
  ledger.take({ ...failed, result: { ...failed.result, status: 'failed' } }, at(13));
  expect(ledger.knows(again)).toBe(false);
});

test('what lay before everything unfinished is remembered, not sent', () => {
  const ledger = new Ledger();
  expect(ledger.take(due('1', 1), at(10), true).kind).toBe('noted');
  expect(ledger.take(due('1', 1), at(20)).kind).toBe('repeated');
  expect(ledger.size).toBe(0);
});

test('attempts are counted on after a restart', () => {
  const ledger = new Ledger();
  ledger.take(due('1', 1), at(10));
  ledger.take({ kind: 'attempt', id: '1', attempts: 3, code: 'timeout', nextAtMs: 99 }, at(11));
  expect(ledger.head()).toMatchObject({ attempts: 3, notBeforeMs: 99 });
});

const POLICY: DeliveryPolicy = { backoffMs: [1_000, 10_000], lifeMs: 60_000, refusedAttempts: 2 };
const waiting = (attempts: number, id = 'x'): Waiting => {
  return { due: due(id, 1), offset: 0, sinceMs: 0, attempts, notBeforeMs: 0 };
};

test('waits longer each time, a little differently for each, and the same when asked again', () => {
  const next = (attempts: number, id?: string) => {
    const step = nextStep({ kind: 'retry', code: 'c' }, waiting(attempts, id), 0, POLICY);
    return step.kind === 'attempt' ? step.nextAtMs : -1;
  };
  for (const [attempts, ms] of [
    [0, 1_000],
    [1, 10_000],
    [7, 10_000],
  ] as const) {
    expect(next(attempts)).toBeGreaterThanOrEqual(0.8 * ms);
    expect(next(attempts)).toBeLessThanOrEqual(1.2 * ms);
  }
  expect(next(0)).toBe(next(0));
  expect(new Set(['a', 'b', 'c', 'd'].map((id) => next(0, id))).size).toBeGreaterThan(2);
});

test('asks no sooner than the receiver said, and gives up when its life is over', () => {
  const retry = { kind: 'retry', code: 'http-429', afterMs: 30_000 } as const;
  expect(nextStep(retry, waiting(0), 0, POLICY)).toMatchObject({ kind: 'attempt', nextAtMs: 30_000 });
  expect(nextStep(retry, waiting(0), 40_000, POLICY)).toMatchObject({
    kind: 'result',
    status: 'failed',
    code: 'http-429',
  });
});

test('a refusal is tried a few times only, so that one bad message does not hold up the rest', () => {
  const refused = { kind: 'refused', code: 'http-400' } as const;
  expect(nextStep(refused, waiting(0), 0, POLICY).kind).toBe('attempt');
  expect(nextStep(refused, waiting(1), 0, POLICY)).toMatchObject({ kind: 'result', status: 'failed', attempts: 2 });
});

test.each([
  ['120', 120_000],
  ['Thu, 01 Jan 1970 00:00:10 GMT', 9_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', 0],
  [undefined, undefined],
])('Retry-After %s', (header, ms) => {
  const found = retryAfterMs(header, 1_000);
  if (header === '-5') expect(found ?? 0).toBeGreaterThanOrEqual(0);
  else expect(found).toBe(ms);
});
