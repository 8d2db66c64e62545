// The built product as it is delivered, in an image or an archive: builds, what they read, and the libraries that they
// need to run, for one processor. The same relative paths as in a clone, so that nothing has to know where it runs.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DELIVERED } from './delivered.mjs';
import { runPnpm } from './pnpm.mjs';
import { workspaceClosure } from './workspace-closure.mjs';

/** Programs of a delivered product, by what is wanted. */
export const PARTS = {
  services: [
    '@earshot/ingest',
    '@earshot/rule-engine',
    '@earshot/sentiment-service',
    '@earshot/alert',
    '@earshot/analytics',
    '@earshot/console',
    // For `prepare`.
    '@earshot/cluster',
  ],
  standalone: ['@earshot/standalone'],
};
const ENGINE = '@earshot/chdb-engine';
/** Processors that the lock file has the engine for: its package for arm64 could not be had when it was written. */
const ENGINE_ARCHS = ['x64'];
const ALWAYS = '@earshot/cli';

/** Beside the packages: the command, and what the one-process product plays as its demo. */
const FILES = [
  'LICENSE',
  'earshot',
  'package.json',
  'deploy/health.mjs',
  'scripts/setup.mjs',
  'scripts/start.mjs',
  'scripts/lib',
  'tests/scenarios/demo.en.yaml',
  'tests/scenarios/demo.zh.yaml',
];
/** Needed by the installation only. */
const FOR_PNPM = ['pnpm-lock.yaml', 'pnpm-workspace.yaml'];
/** Notes of pnpm with times and places of this machine; commands of libraries bear places too, and nobody calls them. */
const NOTES = [
  'node_modules/.modules.yaml',
  'node_modules/.pnpm/lock.yaml',
  'node_modules/.pnpm-workspace-state-v1.json',
];

/**
 * @typedef {object} TreeOptions
 * @property {string} root the built clone
 * @property {string} dest a folder that is not there yet
 * @property {readonly (keyof typeof PARTS)[]} parts
 * @property {boolean} engine the analysis engine too, where there is one: see `hasEngine`
 * @property {'x64' | 'arm64'} arch
 */

/** @param {'x64' | 'arm64'} arch */
export const hasEngine = (arch) => ENGINE_ARCHS.includes(arch);

/**
 * Assembles the tree in `dest`. Nothing is compiled on the way: native modules come ready-made for that processor.
 * @param {TreeOptions} options
 */
export async function assembleTree({ root, dest, parts, engine: wanted, arch }) {
  if (existsSync(dest)) throw new Error(`${dest} is there already`);
  const engine = wanted && hasEngine(arch);
  const names = [ALWAYS, ...parts.flatMap((part) => PARTS[part]), ...(engine ? [ENGINE] : [])];
  const packages = workspaceClosure(root, names);
  for (const file of [...FILES, ...FOR_PNPM]) copy(root, dest, file);
  for (const { folder, folders } of packages) {
    for (const one of ['package.json', ...folders]) copy(root, dest, join(folder, one));
  }
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  const said = { version, platform: `linux-${arch}`, parts, engine };
  writeFileSync(join(dest, DELIVERED), `${JSON.stringify(said, undefined, 2)}\n`);

  const platform = ['--os', 'linux', '--cpu', arch, '--libc', 'glibc'];
  // Scripts of packages would look for, or build, binaries of this machine. Packages that are handed a library by whoever
  // uses them (kafkajs) find it at the root.
  const how = ['--prod', '--frozen-lockfile', '--ignore-scripts', '--shamefully-hoist', '--reporter', 'append-only'];
  const which = packages.flatMap(({ name }) => ['--filter', name]);
  await runPnpm(['install', ...how, ...platform, ...which], { root: dest, logFile: `${dest}.install.log` });
  for (const file of [...FOR_PNPM, ...NOTES]) rmSync(join(dest, file), { force: true });
  for (const commands of foldersNamed(dest, '.bin')) rmSync(commands, { recursive: true });
  rmSync(`${dest}.install.log`);
}

/** @param {string} folder @param {string} name @returns {string[]} */
function foldersNamed(folder, name) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory() && entry.name === name)
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Without source maps and tests of scripts. @param {string} root @param {string} dest @param {string} path */
function copy(root, dest, path) {
  mkdirSync(dirname(join(dest, path)), { recursive: true });
  cpSync(join(root, path), join(dest, path), { recursive: true, filter: (from) => !/\.(map|test\.ts)$/.test(from) });
}

/** Paths of all files below, sorted. @param {string} folder @returns {string[]} */
export function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
