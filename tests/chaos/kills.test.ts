import { describe, expect, test } from 'vitest';
import { killRun } from './kill-run.js';
import { bundlePreload } from './preload.js';

const KILLS = process.env.EARSHOT_TEST_ALL ? 40 : 4;
/** Calls open at once, finals a second, and how much sooner the calls end than their 3 to 30 minutes. */
const [OPEN_CALLS, FINALS, SPEED] = process.env.EARSHOT_TEST_ALL ? [1_500, 500, 2] : [300, 100, 10];

describe('the real process under kill -9', () => {
  test(`${KILLS} kills under load, a rule and engine change in the middle: nothing acknowledged is lost, nothing shown twice`, {
    timeout: 900_000,
  }, async () => {
    const next = await bundlePreload('next-engine');
    try {
      const report = await killRun({
        seed: 1,
        kills: KILLS,
        openCalls: OPEN_CALLS,
        finalsPerSecond: FINALS,
        partialsPerFinal: 1,
        speed: SPEED,
        everyMs: 3_000,
        preloadNext: next.program,
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
      // The run did what it says: everything was taken, alerts were expected, and both engines took over.
      expect(report.acknowledged).toBeGreaterThanOrEqual(report.events);
      expect(report.alertsExpected).toBeGreaterThan(20);
      expect(report.conflictsPlanted).toBeGreaterThan(0);
      expect(report.reconnects).toBeGreaterThan(KILLS / 2);
      expect(report.engines).toEqual(['rule-engine rule-engine/1', 'rule-engine rule-engine/1-next']);
      expect(report.stopCode).toBe(0);
    } finally {
      next.remove();
    }
  });
});
