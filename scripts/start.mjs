// `npm start`: sets up, runs the product as a child, and fetches the analysis engine once the alert road is open.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { withSwallowedFlags } from './lib/flags.mjs';
import { chooseLang, say } from './lib/lang.mjs';
import { PRODUCT_NODE_FLAGS } from './lib/product-flags.mjs';
import { ENGINE_PACKAGE, engineLog, enginePresent, installEngine, ROOT, setUp } from './setup.mjs';

/** The product stops within 10 seconds of a Ctrl-C, whatever it is doing. */
const STOP_WITHIN_MS = 9_000;
const MAIN = join(ROOT, 'services/standalone/dist/main.js');

const given = withSwallowedFlags(process.argv.slice(2), process.env);
const lang = chooseLang(given, process.env);
// One language for set-up and product.
const args = given.some((arg) => /^--lang(=|$)/.test(arg)) ? given : [...given, '--lang', lang];
await setUp({ lang });
if (!existsSync(MAIN)) {
  console.error(say(lang, 'notBuilt', MAIN));
  process.exit(1);
}

// A session of its own: a terminal sends Ctrl-C to everybody in its group and npm sends it once more, while the
// product shall be told exactly once. Should this process die, the closed IPC channel tells it too.
const child = spawn(process.execPath, [...PRODUCT_NODE_FLAGS, MAIN, ...args], {
  cwd: process.cwd(),
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  detached: process.platform !== 'win32',
});
const background = new AbortController();
let stopping = false;

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => stop(signal));
}
child.on('message', (message) => {
  if (isReady(message) && !args.includes('--no-analysis') && !enginePresent()) void fetchEngine();
});
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  background.abort();
  process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
});

// npm or the terminal may be killed without a word to us.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) stop('SIGTERM');
}, 1_000).unref();

/** @param {NodeJS.Signals} signal */
function stop(signal) {
  background.abort();
  if (stopping) return;
  stopping = true;
  child.kill(signal);
  setTimeout(() => {
    console.error(say(lang, 'forced'));
    child.kill('SIGKILL');
  }, STOP_WITHIN_MS).unref();
}

/** @param {unknown} message */
function isReady(message) {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

/** Errors end here: nothing that happens to the analysis may touch the running product. */
async function fetchEngine() {
  const startedMs = performance.now();
  console.log(say(lang, 'engineStarted', engineLog()));
  try {
    await installEngine({ signal: background.signal });
    console.log(say(lang, 'engineDone', Math.round((performance.now() - startedMs) / 1000)));
    if (child.connected) child.send({ type: 'engine-installed', package: ENGINE_PACKAGE });
  } catch {
    if (!background.signal.aborted) console.log(say(lang, 'engineFailed', engineLog()));
  }
}
