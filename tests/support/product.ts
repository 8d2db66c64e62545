import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scope } from '@earshot/kit';
import { STANDALONE_NODE_FLAGS } from '../../scripts/lib/product-flags.mjs';
import { until } from './until.js';

const MAIN = fileURLToPath(new URL('../../services/standalone/dist/main.js', import.meta.url));
const QUIET = ['--no-demo', '--no-analysis'];

export interface Instance {
  pid: number;
  consoleUrl: string;
  httpUrl: string;
  grpcAddress: string;
  rulesAddress: string;
  adminToken: string;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Standard output and error, as they came. */
  said: string;
  ms: number;
}

/** The real program in a process of its own. */
export interface Product extends Instance {
  dataDir: string;
  /** From the start of the process until it said that it is up. */
  startMs: number;
  said(): string;
  /** The one-time link that was printed for this person. */
  signInLink(staffNumber: string): string;
  signal(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
  /** Kills it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

export interface StartOptions {
  dataDir?: string;
  /** Default: neither demo nor analysis, so that a test sees only what it sends. */
  args?: readonly string[];
  env?: Record<string, string>;
}

export function temporaryFolder(scope: Scope, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `earshot-${name}-`));
  scope.defer(folder, () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}

/** Starts the program and resolves once it is up; it is killed when the scope closes. */
export async function startProduct(scope: Scope, options: StartOptions = {}): Promise<Product> {
  const dataDir = options.dataDir ?? temporaryFolder(scope, 'product');
  const begunMs = performance.now();
  const { child, said, ended } = launch({ ...options, dataDir });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  scope.defer(`process ${child.pid}`, kill);
  const ready = new Promise<boolean>((resolve) => child.once('message', () => resolve(true)));
  const up = await Promise.race([ready, ended.then(() => false)]);
  if (!up) throw new Error(`the program ended instead of starting:\n${said()}`);
  const instance = await until(() => readInstance(dataDir, child.pid), 'instance.json');
  return {
    ...instance,
    dataDir,
    startMs: performance.now() - begunMs,
    said,
    ended,
    kill,
    signal: (signal) => void child.kill(signal),
    signInLink(staffNumber) {
      const link = new RegExp(`\\(${staffNumber}\\)\\s+(http\\S+)`).exec(said())?.[1];
      if (!link) throw new Error(`no sign-in link for ${staffNumber} was printed`);
      return link;
    },
  };
}

/** For starts that are expected to fail: runs to the end, which comes by itself or by force. */
export async function runProduct(
  args: readonly string[],
  options: { dataDir: string; env?: Record<string, string> },
): Promise<Ended> {
  const { child, ended } = launch({ ...options, args });
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const end = await ended;
  clearTimeout(timer);
  return end;
}

function launch({ dataDir, args = QUIET, env = {} }: StartOptions & { dataDir: string }) {
  if (!existsSync(MAIN)) throw new Error('the product is not built: npx turbo run build');
  const begunMs = performance.now();
  const argv = [
    ...STANDALONE_NODE_FLAGS,
    MAIN,
    '--data-dir',
    dataDir,
    ...(args.includes('--port') ? [] : ['--port', '0']),
    ...args,
  ];
  const child: ChildProcess = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...foreignEnvironment(), LANG: 'zh_CN.UTF-8', ...env },
  });
  const chunks: string[] = [];
  for (const output of [child.stdout, child.stderr])
    output?.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  const said = () => chunks.join('');
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, said: said(), ms: performance.now() - begunMs }));
  });
  return { child, said, ended };
}

/** The first of four free ports in a row: pages that reconnect after a restart need the same address again. */
export async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = await hold(0);
    const { port } = first.address() as AddressInfo;
    const others = await Promise.all([1, 2, 3].map((step) => hold(port + step).catch(() => undefined)));
    await Promise.all(
      [first, ...others].map(
        (server) => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))),
      ),
    );
    if (others.every((one) => one !== undefined)) return port;
  }
  throw new Error('no four free ports in a row');
}

function hold(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** Ours must not depend on what the person who runs the tests has set. */
export function foreignEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(EARSHOT|VITEST|LC_|LANG|NODE_OPTIONS)/.test(name)),
  );
}

function readInstance(dataDir: string, pid: number | undefined): Instance | undefined {
  const file = join(dataDir, 'instance.json');
  if (!existsSync(file)) return undefined;
  const instance = JSON.parse(readFileSync(file, 'utf8')) as Instance;
  return instance.pid === pid ? instance : undefined;
}
