import { describe, expect, test } from 'vitest';
import { kafkaSuite } from '../kafka/support.js';
import type { ClusterReport, ClusterRunOptions } from './cluster-report.js';
import { clusterRun } from './cluster-run.js';
import { bundlePreload, type Preload } from './preload.js';

const { title, skip } = await kafkaSuite('each mistake in a cluster turns the counters red', 'full');
const RUN: ClusterRunOptions = {
  seed: 5,
  kills: 5,
  zombies: 0,
  joins: 0,
  kafkaAwayMs: 0,
  rollingRestart: false,
  openCalls: 150,
  finalsPerSecond: 60,
  partialsPerFinal: 1,
  speed: 10,
  everyMs: 3_000,
  replicas: '',
  settleMs: 8_000,
};

async function withMistake(name: Preload, patch: Partial<ClusterRunOptions>): Promise<ClusterReport> {
  const mistake = await bundlePreload(name);
  try {
    return await clusterRun({ ...RUN, ...patch, preload: mistake.program });
  } finally {
    mistake.remove();
  }
}

/** The same counters, with the mistake put back: a zero means nothing unless these are not. */
describe.skipIf(skip)(title, { timeout: 240_000 }, () => {
  test('acknowledged before the log has it: acknowledged events are lost', async () => {
    const { faults } = await withMistake('wrong/ack-before-flush', { victims: ['ingest-1'] });
    expect(faults.ackedLost).toBeGreaterThan(0);
  });

  test('the offset moves before the effect: what could not be judged is not told', async () => {
    // Standing sets and alert lists repair themselves at the next takeover; a dead letter is told once or never.
    const { faults } = await withMistake('wrong/commit-before-emit', {
      victims: ['rule-engine-1'],
      finalsPerSecond: 150,
    });
    expect(faults.deadLettersWrong).toBeGreaterThan(0);
  });

  test('a desk that keeps nothing: alerts are shown twice', async () => {
    const { faults } = await clusterRun({ ...RUN, kills: 2, victims: ['console-1'], forgetfulDesktop: true });
    expect(faults.shownTwice).toBeGreaterThan(0);
  });
});
