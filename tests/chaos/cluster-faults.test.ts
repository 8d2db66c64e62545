import { Chance } from '@earshot/testkit';
import { expect, test } from 'vitest';
import { drawFaults, isForAll } from './cluster-faults.js';

const PARTS = ['kafka', 'ingest-1', 'rule-engine-1', 'rule-engine-2', 'alert-1', 'console-1'];
const OPTIONS = { kills: 25, zombies: 6, joins: 4, kafkaAwayMs: 60_000, rollingRestart: true };
const draw = (seed: number) => drawFaults(PARTS, OPTIONS, new Chance(seed));

test('a seed draws one schedule, in which every part has its turn', () => {
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  for (const part of PARTS) {
    const own = draw(7).filter((fault) => 'part' in fault && fault.part === part);
    expect(own.filter(({ kind }) => kind === 'kill').length).toBeGreaterThanOrEqual(4);
    expect(own.filter(({ kind }) => kind === 'freeze')).toHaveLength(1);
  }
});

test('there are as many faults of each kind as asked for, and whoever joins leaves', () => {
  const kinds = draw(3).map(({ kind }) => kind);
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  expect(['kill', 'freeze', 'join', 'leave', 'rolling-restart', 'kafka-away'].map(count)).toEqual([25, 6, 4, 4, 1, 1]);
  const there = new Set<string>();
  for (const fault of draw(3)) {
    if (fault.kind === 'join') there.add(fault.node);
    if (fault.kind === 'leave') expect(there.delete(fault.node)).toBe(true);
  }
  expect(there.size).toBe(0);
});

test('what everybody needs is let alone in the first part', () => {
  const faults = draw(5).filter((fault) => 'part' in fault) as { part: string }[];
  expect(faults.findIndex(({ part }) => isForAll(part))).toBeGreaterThan(5);
});
