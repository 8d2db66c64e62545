import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../setup.mjs';
import { bundleProgram } from './bundle-program.mjs';

/**
 * Runs a TypeScript program of this repository in a process of its own; answers with its exit code.
 * @param {string} path from the root
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export async function runProgram(path, args) {
  const { program, remove } = await bundleProgram(join(ROOT, path));
  try {
    const child = spawn(process.execPath, ['--enable-source-maps', program, ...args], { cwd: ROOT, stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
    return await new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  } finally {
    remove();
  }
}
