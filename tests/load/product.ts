import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { STANDALONE_NODE_FLAGS } from '../../scripts/lib/product-flags.mjs';

const MAIN = fileURLToPath(new URL('../../services/standalone/dist/main.js', import.meta.url));
const READY_MS = 60_000;
const STOP_MS = 20_000;

export interface ProductOptions {
  dataDir: string;
  rulesDir: string;
  peopleFile?: string;
  /** Console; ingest's doors are the next two. */
  port: number;
  analysis?: boolean;
  /** Modules that are loaded into the process before the product: the way to break it without a switch in it. */
  preload?: string;
  nodeFlags?: readonly string[];
  /** Runs it under another program, e.g. a tracer. */
  under?: readonly string[];
  env?: Record<string, string>;
}

export interface Instance {
  pid: number;
  consoleUrl: string;
  httpUrl: string;
  grpcAddress: string;
  adminToken: string;
}

export interface Product {
  process: ChildProcess;
  /** Monotonic, at exec. */
  startedMs: number;
  /** All doors are open. Rejects if the process ends before, or is not ready within a minute. */
  ready: Promise<Instance>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** What it printed, both outputs. */
  lines: string[];
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; its exit code, or undefined if it had to be killed. */
  stop(): Promise<number | undefined>;
}

const running = new Set<ChildProcess>();
// Whatever ends this program ends what it started.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The real, built product in a process of its own. */
export function startProduct(options: ProductOptions): Product {
  if (!existsSync(MAIN)) throw new Error('the product is not built: run `npm run build`');
  const { under = [], preload, analysis, peopleFile } = options;
  const [command = process.execPath, ...args] = [
    ...under,
    process.execPath,
    ...STANDALONE_NODE_FLAGS,
    ...(options.nodeFlags ?? []),
    ...(preload ? ['--import', preload] : []),
    MAIN,
    '--port',
    String(options.port),
    '--data-dir',
    options.dataDir,
    '--rules',
    options.rulesDir,
    '--lang',
    'en',
    '--no-demo',
    ...(analysis ? [] : ['--no-analysis']),
    ...(peopleFile ? ['--people', peopleFile] : []),
  ];
  const startedMs = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...options.env },
  });
  running.add(child);
  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    if (output) createInterface({ input: output }).on('line', (line) => keep(lines, line));
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  const ready = readiness(child, options.dataDir, ended, lines);
  // Who kills it before it is ready does not wait for it.
  ready.catch(() => undefined);
  return {
    process: child,
    startedMs,
    ready,
    ended,
    lines,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      const { code, signal } = await ended;
      clearTimeout(timer);
      return signal ? undefined : (code ?? undefined);
    },
  };
}

function readiness(child: ChildProcess, dataDir: string, ended: Product['ended'], lines: string[]): Promise<Instance> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the product was not ready within a minute')), READY_MS);
    child.on('message', (message) => {
      if ((message as { type?: string }).type !== 'ready') return;
      clearTimeout(timer);
      resolve(JSON.parse(readFileSync(join(dataDir, 'instance.json'), 'utf8')) as Instance);
    });
    void ended.then(({ code, signal }) => {
      clearTimeout(timer);
      reject(new Error(`the product ended before it was ready (${signal ?? code}):\n${lines.slice(-10).join('\n')}`));
    });
  });
}

function keep(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > 400) lines.splice(10, 100);
}

/** The link that signs a person in, as it was printed. */
export function signInLink({ lines }: Product, staffNumber: string): string {
  const line = lines.find((one) => one.includes(`(${staffNumber})`));
  const link = /https?:\S+/.exec(line ?? '')?.[0];
  if (!link) throw new Error(`no sign-in link was printed for ${staffNumber}`);
  return link;
}

/** Four neighbouring ports that are free now, below those that the system hands out by itself. */
export async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const base = 20_000 + Math.floor(Math.random() * 2_900) * 4;
    const free = await Promise.all([base, base + 1, base + 2, base + 3].map(isFree));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no four neighbouring ports are free');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
