import { describe, expect, test } from 'vitest';
import { kafkaSuite } from '../kafka/support.js';
import { isService } from './cluster-hands.js';
import { clusterRun } from './cluster-run.js';

const { title, skip } = await kafkaSuite('a cluster under 1,000 calls', 'test:all');

describe.skipIf(skip)(title, () => {
  test('killed, frozen, joined, left, restarted, without Kafka for a minute: nothing is lost, nothing shown twice', {
    timeout: 600_000,
  }, async () => {
    const report = await clusterRun({
      seed: 1,
      kills: 25,
      zombies: 6,
      joins: 3,
      kafkaAwayMs: 60_000,
      rollingRestart: true,
      openCalls: 1_000,
      finalsPerSecond: 30,
      partialsPerFinal: 1,
      speed: 4,
      everyMs: 3_000,
      replicas: 'rule-engine=3,alert=2',
    });
    expect(report.examples).toEqual([]);
    expect(report.faults).toEqual({
      ackedLost: 0,
      refused: 0,
      alertsLost: 0,
      spurious: 0,
      shownTwice: 0,
      outOfOrder: 0,
      flapped: 0,
      deadLettersWrong: 0,
      rowsWrong: 0,
    });
    // The run did what it says.
    expect(report.done).toMatchObject({ kill: 25, freeze: 6, join: 3, leave: 3, 'kafka-away': 1 });
    expect(report.done['rolling-restart']).toBe(report.parts.filter(isService).length);
    expect(report.acknowledged).toBeGreaterThanOrEqual(report.events);
    expect(report.spooled).toBeGreaterThan(500);
    expect(report.alertsExpected).toBeGreaterThan(1_000);
    expect(report.conflictsPlanted).toBeGreaterThan(0);
    expect(report.stopCode).toBe(0);
  });
});
