// What an image holds, in a folder that is not there yet: node scripts/image-tree.mjs services|standalone FOLDER
// The Dockerfile and the test of the image run this and nothing else.
import { resolve } from 'node:path';
import { assembleTree } from './lib/product-tree.mjs';
import { ROOT, setUp } from './setup.mjs';

const [part = '', folder = '', ...others] = process.argv.slice(2);
if ((part !== 'services' && part !== 'standalone') || folder === '' || others.length > 0) {
  console.error('node scripts/image-tree.mjs services|standalone FOLDER');
  process.exit(2);
}
await setUp({ lang: 'en', quiet: true });
await assembleTree({
  root: ROOT,
  dest: resolve(folder),
  parts: [part],
  // 178 MB to download: in the image of the one process only.
  engine: part === 'standalone',
  arch: process.arch === 'arm64' ? 'arm64' : 'x64',
});
