import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFacts, openDoor, openLog } from './running-door.js';

const EXAMPLES = fileURLToPath(new URL('../../packages/client/examples/', import.meta.url));
let store: Awaited<ReturnType<typeof openLog>>;
let door: Awaited<ReturnType<typeof openDoor>>;
let folder: string;

beforeAll(async () => {
  store = await openLog();
  door = await openDoor(store.log);
  folder = await mkdtemp(join(tmpdir(), 'examples-'));
  await build({
    entryPoints: [join(EXAMPLES, 'grpc.ts'), join(EXAMPLES, 'http.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    // grpc-js is CommonJS: bundled, it still asks for Node's own modules by `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
});
afterAll(async () => {
  await door.stop();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function start(command: string, ...args: string[]): Promise<{ code: number | null; said: string }> {
  const { grpc, http } = door.addresses();
  const env = { ...process.env, EARSHOT_ADDRESS: `127.0.0.1:${grpc.port}`, EARSHOT_URL: http.url };
  const child = spawn(command, args, { env, timeout: 20_000 });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (bytes: Buffer) => (said += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

describe('the examples that README shows', () => {
  test.each([
    ['gRPC', () => start(process.execPath, join(folder, 'grpc.mjs')), 8, 'durable at'],
    ['HTTP', () => start(process.execPath, join(folder, 'http.mjs')), 3, '"acknowledged":3'],
    ['curl', () => start('sh', join(EXAMPLES, 'curl.sh')), 1, '"acknowledged":1'],
  ])('%s sends a conversation that is then on the log', async (_title, run, facts, answer) => {
    const before = (await allFacts(store.log)).length;
    const { code, said } = await run();
    expect(said).toContain(answer);
    expect(code).toBe(0);
    expect((await allFacts(store.log)).length - before).toBe(facts);
  });
});
