// `npm run bundle`: the product as archives that start without a registry, one for each processor.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { NODE_VERSION, putNode } from './lib/node-binary.mjs';
import { pack, writeSums } from './lib/pack.mjs';
import { assembleTree, hasEngine } from './lib/product-tree.mjs';
import { ROOT, setUp } from './setup.mjs';

const USAGE = `npm run bundle [-- --arch x64] [--out FOLDER] [--no-engine]

  --arch       x64 or arm64; default: both
  --out        default: dist/bundle
  --no-engine  without the analysis engine (178 MB to download): analysis is off then, as it is on arm64 anyhow`;

const { values } = parseArgs({
  options: {
    arch: { type: 'string', multiple: true },
    out: { type: 'string', default: 'dist/bundle' },
    'no-engine': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const archs = (values.arch ?? ['x64', 'arm64']).filter((one) => one === 'x64' || one === 'arm64');
if (values.help || archs.length === 0) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

await setUp({ lang: 'en' });
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
for (const arch of archs) console.log(await bundle(arch));

/** @param {'x64' | 'arm64'} arch @returns {Promise<string>} what there is now, in words */
async function bundle(arch) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const folder = join(out, `earshot-${version}-linux-${arch}`);
  const work = `${folder}.work`;
  for (const old of [folder, work]) rmSync(old, { recursive: true, force: true });
  try {
    mkdirSync(folder);
    const engine = !values['no-engine'] && hasEngine(arch);
    await assembleTree({ root: ROOT, dest: join(folder, 'app'), parts: ['services', 'standalone'], engine, arch });
    await putNode({ arch, dest: join(folder, 'node'), work });
    for (const file of ['earshot', 'README.md']) copyFileSync(join(ROOT, 'deploy/bundle', file), join(folder, file));
    copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
    await writeSums(folder);
    const archive = `${folder}.tar.gz`;
    const digest = await pack(folder, archive, epochSeconds());
    writeFileSync(`${archive}.sha256`, `${digest}  ${basename(archive)}\n`);
    return `${archive}: Node ${NODE_VERSION}, ${engine ? 'with' : 'without'} the analysis engine\n  sha256 ${digest}`;
  } finally {
    for (const old of [folder, work]) rmSync(old, { recursive: true, force: true });
  }
}

/** When the last commit was made, so that packing it again gives the same archive; SOURCE_DATE_EPOCH wins. */
function epochSeconds() {
  const said = process.env['SOURCE_DATE_EPOCH'];
  if (said !== undefined && /^\d+$/.test(said)) return Number(said);
  return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }).trim());
}
