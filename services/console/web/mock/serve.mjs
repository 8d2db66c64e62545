// `node mock/serve.mjs [--rows 1500] [--port 5180]`: the built pages with a scripted scene, no server needed.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '60' },
    port: { type: 'string', default: '5180' },
    off: { type: 'boolean' },
  },
});
const bundle = join(here, `.server-${process.pid}.mjs`);
await build({
  entryPoints: [join(here, 'server.ts')],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
});
const { startMock } = await import(pathToFileURL(bundle).href);
rmSync(bundle);
const mock = await startMock({
  webDist: join(here, '../dist'),
  widgetDist: join(here, '../../widget/dist'),
  rows: Number(values.rows),
  port: Number(values.port),
  play: true,
  analysis: values.off ? 'off' : 'on',
});
console.log(`wall ${mock.url}/   desk ${mock.url}/desk.html`);
