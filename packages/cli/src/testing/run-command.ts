import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ClusterTools } from '../cluster/ports.js';
import { runCli } from '../run-cli.js';

const absent = () => Promise.reject(new Error('this test has no such part'));

/** A file of its own for this test. */
export function inputFile(content: string | Buffer, name = 'input.jsonl'): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'earshot-cli-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** One command line, in English unless it says otherwise; nothing of a cluster is there. */
export function runCommand(...args: string[]) {
  return runCommandWith({}, ...args);
}

/** The same with these parts of a cluster. */
export async function runCommandWith(cluster: Partial<ClusterTools>, ...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    env: { LANG: 'en_US.UTF-8' },
    cluster: { kafka: absent, redis: absent, warehouse: absent, ...cluster },
    stopping: new AbortController().signal,
    out: async (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
