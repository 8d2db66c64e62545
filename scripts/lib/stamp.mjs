// Answers "has anything changed since?" in milliseconds: contents for the few manifests, size and time for sources.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', '.turbo', 'test-results', '__screenshots__']);
const TOP = ['packages', 'services'];

/**
 * Folders with a package.json below packages/ and services/, up to three levels deep, sorted.
 * @param {string} root
 * @returns {string[]} relative paths
 */
export function packageFolders(root) {
  /** @type {string[]} */
  const found = [];
  /** @param {string} folder @param {number} depth */
  const visit = (folder, depth) => {
    if (existsSync(join(root, folder, 'package.json'))) found.push(folder);
    if (depth === 0) return;
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.isDirectory() && !SKIPPED.has(entry.name) && entry.name !== 'src')
        visit(join(folder, entry.name), depth - 1);
    }
  };
  for (const top of TOP) if (existsSync(join(root, top))) visit(top, 2);
  return found.sort();
}

/**
 * Changes whenever an installation could come out differently.
 * @param {string} root
 */
export function installKey(root) {
  const hash = createHash('sha256').update(process.version).update(process.platform).update(process.arch);
  const manifests = packageFolders(root).map((folder) => join(folder, 'package.json'));
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * Changes whenever a build could come out differently.
 * @param {string} root
 */
export function sourceKey(root) {
  const hash = createHash('sha256').update(installKey(root));
  /** @param {string} folder */
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) {
        const { size, mtimeMs } = statSync(join(root, path));
        hash.update(`\0${path}\0${size}\0${mtimeMs}`);
      }
    }
  };
  for (const top of TOP) if (existsSync(join(root, top))) visit(top);
  for (const file of ['turbo.json', 'tsconfig.base.json', 'scripts/build-package.mjs']) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @returns {Record<string, string>}
 */
export function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampFile(root), 'utf8'));
  } catch {
    return {};
  }
}

/**
 * Written aside and renamed, so that a reader never sees half of it.
 * @param {string} root
 * @param {Record<string, string>} stamp
 */
export function writeStamp(root, stamp) {
  const file = stampFile(root);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(stamp));
  renameSync(`${file}.${process.pid}`, file);
}

/** @param {string} root */
const stampFile = (root) => join(root, 'node_modules', '.earshot-setup.json');
