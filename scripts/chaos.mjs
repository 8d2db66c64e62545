// `pnpm chaos`: kills the real process under load (tests/chaos/run.ts has the flags and their defaults).
// `pnpm chaos --same`: the same talk through one process and through clusters (tests/cluster/same-program.ts).
// `pnpm chaos --simulate [--seeds 20000] [--first 1]`: the folds over a simulated log, many schedules.

import { chooseLang } from './lib/lang.mjs';
import { runProgram } from './lib/run-program.mjs';
import { setUp } from './setup.mjs';

/** @type {Record<string, string>} */
const PROGRAMS = {
  '--simulate': 'tests/simulation/program.ts',
  '--same': 'tests/cluster/same-program.ts',
};

const args = process.argv.slice(2).filter((arg) => arg !== '--');
await setUp({ lang: chooseLang([], process.env), quiet: true });
const [program = 'tests/chaos/run.ts'] = args.flatMap((arg) => PROGRAMS[arg] ?? []);
process.exitCode = await runProgram(program, args);
