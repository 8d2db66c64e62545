import { compileRuleSet, createErasJudge, judgeRecord } from '@earshot/rules';
import { expect, test } from 'vitest';
import { disagreement } from './compare.js';

const SEEDS = process.env.EARSHOT_TEST_ALL ? 10_000 : 500;
const ENGINE = { compileRuleSet, createErasJudge, judgeRecord };

test(`stream, batch and reference find the same in ${SEEDS} generated conversations`, { timeout: 600_000 }, () => {
  for (let seed = 1; seed <= SEEDS; seed++) expect(disagreement(seed, ENGINE)).toBeUndefined();
});
