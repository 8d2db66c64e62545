// Makes a fresh clone runnable and answers "nothing to do" in well under a second afterwards. Plain Node without
// dependencies: it runs before there are any.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDelivered } from './lib/delivered.mjs';
import { say } from './lib/lang.mjs';
import { takeLock } from './lib/lock.mjs';
import { runPnpm, StepFailed } from './lib/pnpm.mjs';
import { installKey, packageFolders, readStamp, sourceKey, writeStamp } from './lib/stamp.mjs';
import { makeSteps } from './lib/steps.mjs';

export const ROOT = resolve(fileURLToPath(import.meta.url), '../..');
export const ENGINE_PACKAGE = '@earshot/chdb-engine';
const ENGINE_FOLDER = join(ROOT, 'packages/warehouse/engine');
const LOGS = join(ROOT, '.turbo', 'setup');

/**
 * @typedef {object} SetUpOptions
 * @property {import('./lib/lang.mjs').Lang} lang
 * @property {boolean} [quiet] steps go to standard error
 * @property {boolean} [engine] install the analysis engine too, and wait for it
 * @property {boolean} [build] default true
 */

/**
 * Installs and builds what is missing. Says in words what went wrong and ends the process with 1 if it cannot.
 * @param {SetUpOptions} options
 */
export async function setUp(options) {
  requireNode(options.lang);
  if (isDelivered(ROOT)) return;
  try {
    await bringUp(options);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.error(explain(error, options.lang));
    process.exit(1);
  }
}

/** Whether the analysis engine lies here for this platform. */
export function enginePresent() {
  return existsSync(join(ENGINE_FOLDER, 'node_modules/chdb/package.json'));
}

/** @param {{ signal?: AbortSignal }} [options] */
export async function installEngine({ signal } = {}) {
  const logFile = engineLog();
  await runPnpm(['install', '--frozen-lockfile', '--filter', ENGINE_PACKAGE], {
    root: ROOT,
    logFile,
    lowPriority: true,
    signal,
  });
  if (!enginePresent()) throw new StepFailed(ENGINE_PACKAGE, [], logFile);
}

export const engineLog = () => join(LOGS, 'engine.log');

/** @param {import('./lib/lang.mjs').Lang} lang */
function requireNode(lang) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(say(lang, 'nodeTooOld', process.version, '20.19'));
  process.exit(1);
}

/** @param {SetUpOptions} options */
async function bringUp({ lang, quiet, engine = false, build = true }) {
  if (isDone({ engine, build })) return;
  const steps = makeSteps({ lang, quiet });
  const release = await takeLock(join(LOGS, 'lock'), (pid) => steps.line(say(lang, 'waiting', pid)));
  try {
    if (needsInstall()) await steps.step(say(lang, 'install'), (detail) => install(lang, detail));
    if (engine && !enginePresent()) await steps.step(say(lang, 'engine'), () => installEngine());
    if (build && needsBuild()) await steps.step(say(lang, 'build'), (detail) => buildAll(lang, detail));
  } finally {
    release();
  }
}

/** @param {{ engine: boolean, build: boolean }} wanted */
const isDone = ({ engine, build }) => !needsInstall() && (!engine || enginePresent()) && (!build || !needsBuild());

const needsInstall = () => readStamp(ROOT)['install'] !== installKey(ROOT);
const needsBuild = () =>
  readStamp(ROOT)['build'] !== sourceKey(ROOT) || buildable().some((folder) => !existsSync(join(ROOT, folder, 'dist')));

function buildable() {
  return packageFolders(ROOT).filter((folder) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    return manifest.scripts?.build !== undefined;
  });
}

/** @param {import('./lib/lang.mjs').Lang} lang @param {(text: string) => void} detail */
async function install(lang, detail) {
  const key = installKey(ROOT);
  const args = ['install', '--frozen-lockfile', '--reporter', 'append-only', '--filter', `!${ENGINE_PACKAGE}`];
  await runPnpm(args, {
    root: ROOT,
    logFile: join(LOGS, 'install.log'),
    onLine: (line) => {
      const progress = /resolved (\d+), reused (\d+), downloaded (\d+)/.exec(line);
      if (progress) detail(say(lang, 'packages', Number(progress[2]) + Number(progress[3]), Number(progress[1])));
    },
  });
  writeStamp(ROOT, { install: key });
}

/** @param {import('./lib/lang.mjs').Lang} lang @param {(text: string) => void} detail */
async function buildAll(lang, detail) {
  const key = sourceKey(ROOT);
  const all = buildable().length;
  let done = 0;
  await runPnpm(['exec', 'turbo', 'run', 'build', '--continue', '--output-logs=new-only', '--no-update-notifier'], {
    root: ROOT,
    logFile: join(LOGS, 'build.log'),
    onLine: (line) => {
      if (/cache (hit|miss|bypass)/.test(line)) detail(say(lang, 'packages', ++done, all));
    },
  });
  writeStamp(ROOT, { ...readStamp(ROOT), build: key });
}

/** @param {StepFailed} error @param {import('./lib/lang.mjs').Lang} lang */
function explain(error, lang) {
  const text = error.lastLines.join('\n');
  const registry = process.env['npm_config_registry'] ?? 'https://registry.npmjs.org/';
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_PNPM_META_FETCH_FAIL|network/i.test(text);
  return [
    '',
    say(lang, 'failed', error.message.replace(/ failed$/, '')),
    ...error.lastLines.slice(-15).map((line) => `  ${line}`),
    ...(offline ? ['', say(lang, 'offline', registry)] : []),
    ...(/ENOSPC/.test(text) ? ['', say(lang, 'diskFull')] : []),
    '',
    say(lang, 'fullLog', error.logFile),
  ].join('\n');
}
