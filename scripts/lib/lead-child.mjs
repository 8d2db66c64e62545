// Runs a program as a child that is told to stop exactly once and never outlives us, and ends as it ends.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { say } from './lang.mjs';

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ lang: import('./lang.mjs').Lang, nodeFlags: readonly string[], stopWithinMs: number, onStop?: () => void }} options
 */
export function leadChild(program, args, { lang, nodeFlags, stopWithinMs, onStop = () => undefined }) {
  // A session of its own: a terminal sends Ctrl-C to everybody in its group and npm sends it once more, while the
  // program shall be told exactly once. Should this process die, the closed IPC channel tells it too.
  const child = spawn(process.execPath, [...nodeFlags, program, ...args], {
    cwd: process.cwd(),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  });
  let stopping = false;
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    onStop();
    if (stopping) return;
    stopping = true;
    child.kill(signal);
    setTimeout(() => {
      console.error(say(lang, 'forced'));
      child.kill('SIGKILL');
    }, stopWithinMs).unref();
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => stop(signal));
  }
  child.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    onStop();
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
  });

  // npm or the terminal may be killed without a word to us.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop('SIGTERM');
  }, 1_000).unref();
  return child;
}
