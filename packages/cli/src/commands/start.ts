import { runScript } from './run-script.js';

/** Hands over to `npm start`'s own script; resolves with its exit code. */
export function start(args: readonly string[]): Promise<number> {
  return runScript('scripts/start.mjs', args);
}
