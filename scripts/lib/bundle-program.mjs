// A TypeScript program of this repository made runnable by plain Node: one file in a folder of its own, from which
// libraries are imported where they are installed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const WORKSPACE = '@earshot/';
const RESOLVED = Symbol('resolved');

/** @typedef {(path: string, contents: string) => string} Edit what a test puts wrong into a source file */

/**
 * `workspace`: `source` bundles the packages of this repository from their sources; `built` imports their builds, so
 * that the program shares its modules with a built product that it is loaded into.
 * @param {string} entry
 * @param {{ workspace?: 'source' | 'built', edit?: Edit }} [options]
 * @returns {Promise<{ program: string, remove(): void }>}
 */
export async function bundleProgram(entry, { workspace = 'source', edit = (_path, contents) => contents } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-program-'));
  const sweep = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', sweep);
  const program = join(folder, `${basename(entry, '.ts')}.mjs`);
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: workspace === 'source' ? ['source'] : [],
    sourcemap: 'inline',
    logLevel: 'error',
    plugins: [whereInstalled(workspace), whereWritten(edit)],
  });
  const remove = () => {
    process.off('exit', sweep);
    sweep();
  };
  return { program, remove };
}

/** @param {'source' | 'built'} workspace @returns {import('esbuild').Plugin} */
function whereInstalled(workspace) {
  return {
    name: 'where-installed',
    setup(made) {
      made.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, importer, pluginData }) => {
        if (pluginData === RESOLVED || kind === 'entry-point') return undefined;
        const found = await made.resolve(path, { resolveDir, kind, importer, pluginData: RESOLVED });
        if (found.errors.length > 0 || (workspace === 'source' && path.startsWith(WORKSPACE))) return found;
        return { path: found.path, external: true };
      });
    },
  };
}

/** Files look for their neighbours beside where they were written, not beside the bundle. @param {Edit} edit @returns {import('esbuild').Plugin} */
function whereWritten(edit) {
  return {
    name: 'where-written',
    setup(made) {
      made.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
        loader: 'ts',
        contents: edit(path, readFileSync(path, 'utf8'))
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      }));
    },
  };
}
