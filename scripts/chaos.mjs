// `pnpm chaos`: kills the real process under load (tests/chaos/run.ts has the flags and their defaults).
// `pnpm chaos --simulate [--seeds 20000] [--first 1]`: the folds over a simulated log, many schedules.
import { spawn } from 'node:child_process';
import { runProgram } from './lib/run-program.mjs';
import { chooseLang } from './lib/lang.mjs';
import { ROOT, setUp } from './setup.mjs';

const args = process.argv.slice(2).filter((arg) => arg !== '--');
await setUp({ lang: chooseLang([], process.env), quiet: true });
process.exitCode = args.includes('--simulate') ? await simulate() : await runProgram('tests/chaos/run.ts', args);

/** @returns {Promise<number>} */
function simulate() {
  const value = (/** @type {string} */ name) => args[args.indexOf(name) + 1];
  const seeds = args.includes('--seeds') ? value('--seeds') : '20000';
  const first = args.includes('--first') ? value('--first') : '1';
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'system', 'tests/simulation/simulation.test.ts'];
  const child = spawn(process.execPath, vitest, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, EARSHOT_SIM_SEEDS: seeds, EARSHOT_SIM_FIRST: first },
  });
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}
