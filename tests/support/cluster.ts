import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scope } from '@earshot/kit';
import { foreignEnvironment, type Instance, temporaryFolder } from './product.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Part {
  name: string;
  pid: number;
  /** By what it speaks there. */
  addresses: Record<string, string>;
}

/** `npm run cluster` as a user types it, with free ports and a folder of its own. */
export interface Cluster extends Instance {
  dataDir: string;
  /** host:port of its broker. */
  kafka: string;
  said(): string;
  /** As `status.json` has them now. */
  parts(): Part[];
  signInLink(staffNumber: string): string;
  /** Ctrl-C; resolves with the exit code. */
  interrupt(): Promise<number | null>;
}

export interface ClusterOptions {
  /** Prepared by the test; absent: a fresh one. */
  dataDir?: string;
}

export async function startCluster(
  scope: Scope,
  args: readonly string[] = [],
  { dataDir = temporaryFolder(scope, 'cluster') }: ClusterOptions = {},
): Promise<Cluster> {
  const own = ['--port', '0', '--kafka-port', '0', '--data-dir', dataDir, '--lang', 'en'];
  const child = spawn('npm', ['run', '--silent', 'cluster', '--', ...own, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: foreignEnvironment(),
  });
  const chunks: string[] = [];
  const said = () => chunks.join('');
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const isUp = new Promise<boolean>((resolve) => {
    for (const output of [child.stdout, child.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => {
        chunks.push(text);
        if (/^ready: Kafka at /m.test(said())) resolve(true);
      });
    }
  });
  const interrupt = () => {
    child.kill('SIGINT');
    return ended;
  };
  scope.defer('cluster', interrupt);
  if (!(await Promise.race([isUp, ended.then(() => false)]))) throw new Error(`the cluster ended:\n${said()}`);
  const instance = JSON.parse(readFileSync(join(dataDir, 'instance.json'), 'utf8')) as Instance & { kafka: string };
  return {
    ...instance,
    dataDir,
    said,
    interrupt,
    parts: () => (JSON.parse(readFileSync(join(dataDir, 'status.json'), 'utf8')) as { parts: Part[] }).parts,
    signInLink(staffNumber) {
      const link = new RegExp(`^ {2}${staffNumber} +(http\\S+)`, 'm').exec(said())?.[1];
      if (!link) throw new Error(`no sign-in link for ${staffNumber} was printed`);
      return link;
    },
  };
}
