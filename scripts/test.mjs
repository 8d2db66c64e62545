// `npm test`: set-up, checks, all tests; `--all` adds the longer runs. Further words go to vitest as they are
// (`npm test -- packages/log`). The last line is always `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chooseLang } from './lib/lang.mjs';
import { summarise } from './lib/summary.mjs';
import { ROOT, setUp } from './setup.mjs';

const given = process.argv.slice(2);
const all = given.includes('--all');
const words = given.filter((arg) => arg !== '--all');
// The engine is part of what is tested, so here it is waited for.
await setUp({ lang: chooseLang([], process.env), engine: true });

const { runChecks } = await import('./checks/run-all.mjs');
const { reportCheck } = await import('./lib/report-check.mjs');
const checks = words.length === 0 ? await runChecks(ROOT, reportCheck) : [];
const { lines, ok } = summarise(checks, await runTests());
console.log(`\n${lines.join('\n')}`);
process.exitCode = ok ? 0 : 1;

/** @returns {Promise<import('./lib/vitest-tally.mjs').Tally | undefined>} */
function runTests() {
  const file = join(ROOT, '.turbo', `tally-${process.pid}.json`);
  mkdirSync(join(ROOT, '.turbo'), { recursive: true });
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=./scripts/lib/vitest-tally.mjs',
    ...words,
  ];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, EARSHOT_TALLY_FILE: file, ...(all ? { EARSHOT_TEST_ALL: '1' } : {}) },
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => {
      const found = readTally(file);
      rmSync(file, { force: true });
      if (found && code !== 0 && found.failed.length === 0) found.failed.push(`vitest ended with code ${code}`);
      resolve(found);
    });
  });
}

/** @param {string} file @returns {import('./lib/vitest-tally.mjs').Tally | undefined} */
function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
