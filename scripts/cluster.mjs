// `npm run cluster`: sets up, then runs a Kafka and every service as a process of its own on loopback.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withSwallowedFlags } from './lib/flags.mjs';
import { chooseLang, say } from './lib/lang.mjs';
import { leadChild } from './lib/lead-child.mjs';
import { PRODUCT_NODE_FLAGS } from './lib/product-flags.mjs';
import { ROOT, setUp } from './setup.mjs';

/** Services have 5 s, Kafka 4 more. */
const STOP_WITHIN_MS = 12_000;
const MAIN = join(ROOT, 'services/cluster/dist/main.js');

const given = withSwallowedFlags(process.argv.slice(2), process.env);
const lang = chooseLang(given, process.env);
// One language for set-up and product.
const args = given.some((arg) => /^--lang(=|$)/.test(arg)) ? given : [...given, '--lang', lang];
await setUp({ lang });
if (!existsSync(MAIN)) {
  console.error(say(lang, 'notBuilt', MAIN));
  process.exit(1);
}
leadChild(MAIN, args, { lang, nodeFlags: PRODUCT_NODE_FLAGS, stopWithinMs: STOP_WITHIN_MS });
