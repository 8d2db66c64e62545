// All checks, two at a time, each with a name and what it had to say. Each counts as one test.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkBoundaries } from './boundaries.mjs';
import { readSources } from './files.mjs';
import { checkForbidden } from './forbidden.mjs';
import { checkSizes } from './sizes.mjs';

const AT_ONCE = 2;
const TIMEOUT_MS = 300_000;

/** @typedef {{ name: string, ok: boolean, output: string, seconds: number }} CheckResult */
/** @typedef {{ ok: boolean, output: string }} Verdict */

/**
 * @param {string} root
 * @param {(result: CheckResult) => void} onResult told as each one ends
 * @returns {Promise<CheckResult[]>}
 */
export async function runChecks(root, onResult) {
  const waiting = checksOf(root);
  /** @type {CheckResult[]} */
  const results = [];
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const startedMs = performance.now();
      const { ok, output } = await check.run();
      const result = { name: check.name, ok, output, seconds: Math.round((performance.now() - startedMs) / 100) / 10 };
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/** Longest first, so that the short ones fill the gaps. @param {string} root */
function checksOf(root) {
  const program =
    (/** @type {string[]} */ ...args) =>
    () =>
      runNode(root, args);
  const pages = ['services/console/web', 'services/console/widget'].filter((folder) =>
    existsSync(join(root, folder, 'tsconfig.json')),
  );
  const sources = readSources(root);
  return [
    {
      name: 'promises (eslint)',
      run: program(
        'node_modules/eslint/bin/eslint.js',
        '--max-warnings=0',
        '--no-warn-ignored',
        'packages',
        'services',
        'tests',
        'scripts',
        'deploy',
      ),
    },
    { name: 'types', run: program('node_modules/typescript/bin/tsc', '-p', '.') },
    ...pages.map((folder) => ({
      name: `types of ${folder}`,
      run: program('node_modules/typescript/bin/tsc', '--noEmit', '-p', folder),
    })),
    {
      name: 'format and lint (biome)',
      run: program(
        'node_modules/@biomejs/biome/bin/biome',
        'check',
        '.',
        '--error-on-warnings',
        '--max-diagnostics=20',
      ),
    },
    ...(existsSync(join(root, 'scripts/check-proto.mjs'))
      ? [{ name: 'proto', run: program('scripts/check-proto.mjs') }]
      : []),
    { name: 'boundaries', run: async () => verdict(checkBoundaries(sources)) },
    { name: 'sizes', run: async () => verdict(checkSizes(sources).faults, checkSizes(sources).summary) },
    { name: 'forbidden words', run: async () => verdict(checkForbidden(sources)) },
  ];
}

/** @param {string[]} faults @returns {Verdict} */
const verdict = (faults, summary = '') => ({ ok: faults.length === 0, output: faults.join('\n') || summary });

/**
 * @param {string} cwd
 * @param {string[]} args
 * @returns {Promise<Verdict>}
 */
function runNode(cwd, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code, signal) => {
      resolve({
        ok: code === 0,
        output: signal ? `${output}\nended by ${signal} after ${TIMEOUT_MS / 1000} s` : output.trim(),
      });
    });
  });
}
