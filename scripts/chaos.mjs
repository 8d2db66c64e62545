// `pnpm chaos`: kills the real process under load (tests/chaos/run.ts has the flags and their defaults).
// `pnpm chaos --simulate [--seeds 20000] [--first 1]`: the folds over a simulated log, many schedules.

import { chooseLang } from './lib/lang.mjs';
import { runProgram } from './lib/run-program.mjs';
import { setUp } from './setup.mjs';

const args = process.argv.slice(2).filter((arg) => arg !== '--');
await setUp({ lang: chooseLang([], process.env), quiet: true });
process.exitCode = await runProgram(
  args.includes('--simulate') ? 'tests/simulation/program.ts' : 'tests/chaos/run.ts',
  args,
);
