import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A TypeScript file made runnable by plain Node, beside node_modules so that libraries resolve. */
export async function bundleChild(source: URL): Promise<{ program: string; remove(): void }> {
  const path = fileURLToPath(source);
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  mkdirSync(modules, { recursive: true });
  const folder = mkdtempSync(join(modules, '.child-'));
  const program = join(folder, `${basename(path, '.ts')}.mjs`);
  await build({
    entryPoints: [path],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    external: ['lmdb', 'kafkajs'],
    // Libraries that are bundled with it may still ask for Node's own modules in the old way.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'error',
  });
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Child {
  process: ChildProcess;
  /** What it has printed so far, line by line. */
  lines: string[];
  /** Resolves at its end, by whatever cause. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export function startChild(command: string, args: readonly string[], onLine?: (line: string) => void): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => {
    lines.push(line);
    onLine?.(line);
  });
  const closed = new Promise<void>((resolve) => output.once('close', () => resolve()));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return { process: child, lines, ended: exited.then((end) => closed.then(() => end)) };
}
