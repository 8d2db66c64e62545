// The repository's own text files, wherever it came from (a clone, an unpacked archive).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED = new Set([
  'node_modules',
  'dist',
  '.git',
  '.turbo',
  '.earshot',
  '.earshot-cluster',
  'tmp',
  'coverage',
  'test-results',
]);
const READ = /\.(ts|tsx|mts|mjs|js|json|ya?ml|md|html|css|proto|sql|sh)$/;
const TOP_WITHOUT_ENDING = new Set(['earshot', '.ci/run']);

/** @typedef {{ path: string, text: string }} SourceFile path with forward slashes, relative to the root */

/**
 * @param {string} root
 * @returns {SourceFile[]}
 */
export function readSources(root) {
  /** @type {SourceFile[]} */
  const found = [];
  /** @param {string} folder */
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) visit(path);
      else if (entry.isFile() && (READ.test(entry.name) || TOP_WITHOUT_ENDING.has(path)) && path !== 'pnpm-lock.yaml') {
        found.push({ path, text: readFileSync(join(root, path), 'utf8') });
      }
    }
  };
  visit('');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @param {string} path */
export const isGenerated = (path) => /(^|\/)(gen|generated)\//.test(path);

/** @param {string} path */
export const isTest = (path) =>
  /\.test\.[cm]?tsx?$/.test(path) || /(^|\/)(test|testing|examples)\//.test(path) || path.startsWith('tests/');

/** @param {string} text @param {number} offset */
export const lineAt = (text, offset) => text.slice(0, offset).split('\n').length;
