// Every import is looked at once: does it point down, does it stay in its package, does it choose an adapter?
import { posix } from 'node:path';
import ts from 'typescript';
import { isTest, lineAt } from './files.mjs';
import { ADAPTERS, BROWSER, BROWSER_SEES, COMPOSERS, FOR_TESTS, LAYERS, SERVICE_SEES } from './layers.mjs';

/** @typedef {import('./files.mjs').SourceFile} SourceFile */

const CODE = /\.(ts|tsx|mts)$/;
const SCOPE = '@earshot/';

/**
 * @param {readonly SourceFile[]} files code and the package.json files that own it
 * @returns {string[]} one sentence a fault
 */
export function checkBoundaries(files) {
  const owners = ownersOf(files);
  return files
    .filter((file) => CODE.test(file.path) && !file.path.includes('/gen/'))
    .flatMap((file) => {
      const owner = ownerOf(owners, file.path);
      if (!owner) return [];
      return importsOf(file).flatMap(({ specifier, line }) =>
        faultsOf(file.path, owner, specifier).map((fault) => `${file.path}:${line} imports ${specifier}: ${fault}`),
      );
    });
}

/** @typedef {{ folder: string, name: string, service: boolean, declares: ReadonlySet<string> }} Owner */

/** @param {string} path @param {Owner} owner @param {string} specifier */
function faultsOf(path, owner, specifier) {
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(posix.dirname(path), specifier));
    const home = `${owner.folder.split('/').slice(0, 2).join('/')}/`;
    return target.startsWith(home) || isTest(path) ? [] : ['a package is entered by its name, not by a path'];
  }
  if (!specifier.startsWith(SCOPE)) return [];
  const [name = '', subpath] = specifier.slice(SCOPE.length).split('/');
  const address = subpath ? `${name}/${subpath}` : name;
  const faults = [];
  const inBrowser = BROWSER.some((folder) => path.startsWith(`${folder}/`));
  if (inBrowser && !isTest(path))
    return browserSees(address) ? [] : ['code for a browser sees nouns and the live protocol only'];
  if (name !== owner.name && !owner.declares.has(SCOPE + name))
    faults.push(`${owner.folder}/package.json does not name it`);
  if (isTest(path) || COMPOSERS.includes(owner.name) || owner.name === name) return faults;
  if (!(owner.service ? SERVICE_SEES : (LAYERS[owner.name] ?? [])).includes(name) && !FOR_TESTS.includes(name)) {
    faults.push(owner.service ? 'a service sees no other service' : `${owner.name} stands below it`);
  }
  if (ADAPTERS.includes(address) && !isMain(path) && owner.name !== 'testkit')
    faults.push('only main.ts and the composition page choose adapters');
  if ((FOR_TESTS.includes(address) || FOR_TESTS.includes(name)) && owner.name !== 'testkit')
    faults.push('it is for tests');
  return faults;
}

/** Subpaths of a noun count as the noun. @param {string} address */
const browserSees = (address) => BROWSER_SEES.some((seen) => address === seen || address.startsWith(`${seen}/`));

/** @param {string} path */
const isMain = (path) => posix.basename(path) === 'main.ts';

/** @param {SourceFile} file */
function importsOf({ path, text }) {
  const found = ts.preProcessFile(text, true, true).importedFiles;
  return found.map(({ fileName, pos }) => ({ specifier: fileName, line: lineAt(text, pos), path }));
}

/** @param {readonly SourceFile[]} files @returns {Owner[]} */
function ownersOf(files) {
  return files
    .filter(({ path }) => /^(packages|services)\/.*package\.json$/.test(path))
    .map(({ path, text }) => {
      const manifest = JSON.parse(text);
      const folder = posix.dirname(path);
      return {
        folder,
        name: String(manifest.name).replace(SCOPE, ''),
        service: folder.startsWith('services/'),
        declares: new Set([
          ...Object.keys(manifest.dependencies ?? {}),
          ...Object.keys(manifest.devDependencies ?? {}),
          ...Object.keys(manifest.optionalDependencies ?? {}),
        ]),
      };
    })
    .sort((a, b) => b.folder.length - a.folder.length);
}

/** @param {Owner[]} owners @param {string} path */
const ownerOf = (owners, path) => owners.find(({ folder }) => path.startsWith(`${folder}/`));
