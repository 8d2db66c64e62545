// Which packages of the workspace a program needs to run, and which of their folders.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders } from './stamp.mjs';

/**
 * @typedef {object} WorkspacePackage
 * @property {string} name
 * @property {string} folder from the root
 * @property {string[]} folders what of it is needed at run time, as its `files` say; default: its build
 * @property {string[]} needs other packages of the workspace
 */

/**
 * The named packages and all of the workspace that they need to run, by name.
 * @param {string} root
 * @param {readonly string[]} names
 * @returns {WorkspacePackage[]}
 */
export function workspaceClosure(root, names) {
  const known = new Map(packageFolders(root).map((folder) => readPackage(root, folder)));
  /** @type {Map<string, WorkspacePackage>} */
  const found = new Map();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const one = known.get(name);
    if (!one) throw new Error(`the workspace has no package ${name}`);
    if (found.has(name)) continue;
    found.set(name, one);
    waiting.push(...one.needs);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param {string} root @param {string} folder @returns {[string, WorkspacePackage]} */
function readPackage(root, folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const needs = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies })
    .filter(([, version]) => String(version).startsWith('workspace:'))
    .map(([name]) => name);
  const folders = manifest.files ?? (manifest.scripts?.build === undefined ? [] : ['dist']);
  return [manifest.name, { name: manifest.name, folder, folders, needs }];
}
