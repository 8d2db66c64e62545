import { expect, test } from 'vitest';
import { alertGaps, type Sample } from './alert-gaps.js';
import type { Done } from './cluster-hands.js';

const owner = (node: string) => `${node}-01234567-89ab-4cde-8f01-23456789abcd-1`;
const TAKEOVERS = [0, 1].map((partition) => ({
  service: 'rule-engine',
  owner: owner(`rule-engine-${partition + 1}`),
  partition,
  atMs: 1_000,
}));
const kill = (part: string, atMs: number): Done => ({ fault: { kind: 'kill', part }, part, atMs, untilMs: atMs });
const said = (partition: number, saidMs: number, tookMs: number): Sample => ({
  partition,
  saidMs,
  raisedMs: saidMs + tookMs,
});
const SAMPLES = [
  said(0, 50_000, 20),
  ...[0, 1].flatMap((p) => [said(p, 100_500, p === 0 ? 7_000 : 40), said(p, 104_000, p === 0 ? 3_500 : 30)]),
];

test('the gap is the longest wait on a partition of the dead node; the others are told apart, and so is quiet time', () => {
  expect(alertGaps(SAMPLES, [kill('rule-engine-1', 100_000)], TAKEOVERS)).toEqual({
    dead: { count: 1, p50: 7_000, p99: 7_000, max: 7_000 },
    others: { count: 1, p50: 40, p99: 40, max: 40 },
    quiet: { count: 1, p50: 20, p99: 20, max: 20 },
  });
});

test('what the broker or another death has a part in is counted for nobody', () => {
  const [both, broker] = ['rule-engine-2', 'kafka'].map((part) =>
    alertGaps(SAMPLES, [kill('rule-engine-1', 100_000), kill(part, 103_000)], TAKEOVERS),
  );
  expect(both).toMatchObject({ dead: { count: 2 }, others: { count: 0 } });
  expect(broker).toMatchObject({ dead: { count: 0 }, others: { count: 0 } });
});

test('words that never became an alert are an endless gap', () => {
  const lost = [{ partition: 0, saidMs: 100_000 }];
  expect(alertGaps(lost, [kill('rule-engine-1', 100_000)], TAKEOVERS).dead.max).toBe(Number.POSITIVE_INFINITY);
});
