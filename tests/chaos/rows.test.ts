import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { killRun } from './kill-run.js';
import { differences } from './rows.js';

const engine = existsSync(new URL('../../packages/warehouse/engine/node_modules/chdb', import.meta.url));
const long = process.env.EARSHOT_TEST_ALL !== undefined;
const why = long ? 'the analysis engine is not installed' : 'in npm run test:all';

test.skipIf(!engine || !long)(
  `after kills the warehouse holds exactly the rows that the log asks for${engine && long ? '' : ` (skipped: ${why})`}`,
  { timeout: 300_000 },
  async () => {
    const report = await killRun({
      seed: 21,
      kills: 6,
      openCalls: 150,
      finalsPerSecond: 60,
      partialsPerFinal: 1,
      speed: 10,
      everyMs: 4_000,
      analysis: true,
    });
    expect(report.examples).toEqual([]);
    expect(report.rows?.utterances).toBeGreaterThan(1_000);
    expect(report.rows?.alerts).toBeGreaterThan(20);
  },
);

test('a row too many, a row too few and other content under the same names are told apart', () => {
  const wanted = {
    utterances: 5,
    utteranceNames: 5,
    utteranceRevisions: 9,
    withdrawn: 1,
    facts: 4,
    factNames: 4,
    alerts: 2,
    alertNames: 2,
    openAlerts: 1,
    deadLetters: 1,
  };
  expect(differences(wanted, wanted)).toEqual([]);
  expect(differences({ ...wanted, utterances: 6 }, wanted)).toEqual(['utterances 6, the log asks for 5']);
  expect(differences({ ...wanted, facts: 3, factNames: 3 }, wanted)).toHaveLength(2);
  expect(differences({ ...wanted, utteranceRevisions: 8 }, wanted)).toHaveLength(1);
});
