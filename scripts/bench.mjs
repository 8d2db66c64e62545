// `pnpm bench -- <name> [flags]`: one benchmark, its figures as JSON. Without a name: which there are.
import { chooseLang } from './lib/lang.mjs';
import { runProgram } from './lib/run-program.mjs';
import { setUp } from './setup.mjs';

/** @typedef {{ program: string, says: string, asksEngine?: (flags: string[]) => boolean }} Bench */

/** @type {Record<string, Bench>} */
const BENCHES = {
  matching: { program: 'tests/bench/matching.ts', says: 'phrases in talk, against npm and RegExp; partials' },
  rules: { program: 'tests/bench/rules.ts', says: 'rules with windows and order, against json-rules-engine and zen' },
  'end-to-end': {
    program: 'tests/bench/end-to-end.ts',
    says: 'from the door to the desk, against the frozen baseline',
  },
  kafka: {
    program: 'tests/bench/kafka.ts',
    says: 'desk | publish | end-to-end | landing, over a real Kafka; --help',
    asksEngine: ([part, ...more]) => part === 'landing' && !more.includes('--help'),
  },
  capacity: { program: 'tests/load/capacity.ts', says: 'one process under calls, words, desks and walls' },
};

const [name = '', ...flags] = process.argv.slice(2).filter((arg) => arg !== '--');
const bench = BENCHES[name];
if (bench) {
  await setUp({ lang: chooseLang([], process.env), quiet: true, engine: bench.asksEngine?.(flags) ?? false });
  process.exitCode = await runProgram(bench.program, flags);
} else {
  for (const [one, { says }] of Object.entries(BENCHES)) console.log(`pnpm bench -- ${one}  ${says}`);
  process.exitCode = name === '' ? 0 : 2;
}
