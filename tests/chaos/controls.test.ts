import { describe, expect, test } from 'vitest';
import type { KillReport, KillRunOptions } from './kill-report.js';
import { killRun } from './kill-run.js';
import { bundlePreload, type Preload } from './preload.js';

const RUN: KillRunOptions = {
  seed: 3,
  kills: 4,
  openCalls: 150,
  finalsPerSecond: 60,
  partialsPerFinal: 1,
  speed: 10,
  everyMs: 3_000,
  settleMs: 5_000,
};

async function withMistake(name: Preload, patch: Partial<KillRunOptions> = {}): Promise<KillReport> {
  const mistake = await bundlePreload(name);
  try {
    return await killRun({ ...RUN, ...patch, preload: mistake.program });
  } finally {
    mistake.remove();
  }
}

const long = process.env.EARSHOT_TEST_ALL !== undefined;

/** The same counters, with the mistake put back: a zero means nothing unless these are not. */
describe.skipIf(!long)(
  `each mistake turns the counters red${long ? '' : ' (skipped: in npm run test:all)'}`,
  { timeout: 300_000 },
  () => {
    test('acknowledged before the flush: acknowledged events are lost', async () => {
      const { faults } = await withMistake('wrong/ack-before-flush');
      expect(faults.ackedLost).toBeGreaterThan(0);
    });

    test('the offset moves before the effect: what could not be judged is not told', async () => {
      // Standing sets and alert lists repair themselves at the next takeover; a dead letter is told once or never.
      const { faults } = await withMistake('wrong/commit-before-emit', { finalsPerSecond: 120 });
      expect(faults.deadLettersWrong).toBeGreaterThan(0);
    });

    test('timers instead of time facts: killed after the raise, a verdict is taken back or never told again', async () => {
      // The first kill comes after the silent calls' deadline, the late answer after the last.
      const { faults } = await withMistake('wrong/timer-verdicts', { leadMs: 14_000, kills: 2 });
      expect(faults.flapped + faults.alertsLost).toBeGreaterThan(0);
    });

    test('a desk that keeps nothing: alerts are shown twice', async () => {
      const { faults } = await killRun({ ...RUN, kills: 2, forgetfulDesktop: true });
      expect(faults.shownTwice).toBeGreaterThan(0);
    });
  },
);
