// `npm start`: sets up, runs the product as a child, and fetches the analysis engine once the alert road is open.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDelivered } from './lib/delivered.mjs';
import { withSwallowedFlags } from './lib/flags.mjs';
import { chooseLang, say } from './lib/lang.mjs';
import { leadChild } from './lib/lead-child.mjs';
import { STANDALONE_NODE_FLAGS } from './lib/product-flags.mjs';
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

const background = new AbortController();
const child = leadChild(MAIN, args, {
  lang,
  nodeFlags: STANDALONE_NODE_FLAGS,
  stopWithinMs: STOP_WITHIN_MS,
  onStop: () => background.abort(),
});
child.on('message', (message) => {
  if (isReady(message) && !args.includes('--no-analysis') && !enginePresent() && !isDelivered(ROOT)) void fetchEngine();
});

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
