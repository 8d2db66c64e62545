// Bundles each export of the package in the current folder into dist/. Other packages and libraries stay imports,
// so a build is well under a second; types are checked once for the whole tree by scripts/check.mjs.
import { readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const targets = [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.earshot?.programs ?? {})];
const entryPoints = Object.fromEntries(targets.map((target) => [basename(target.default, '.js'), target.source]));

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  // Named to the minor: below 20.12 esbuild writes /\p{…}/u as a RegExp made anew at each use, five times as slow.
  target: 'node20.19',
  format: 'esm',
  sourcemap: true,
  logLevel: 'warning',
});
