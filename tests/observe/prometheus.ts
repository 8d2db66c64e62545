import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Scope } from '@earshot/kit';
import { temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';
import { DEPLOY } from './dashboards.js';

const missing = [
  ['/usr/bin/promtool', 'prometheus'],
  ['/usr/bin/amtool', 'prometheus-alertmanager'],
].flatMap(([program = '', debian = '']) => (existsSync(program) ? [] : [debian]));

/** For titles: a skip says why. */
export const unlessPrometheus = missing.length === 0 ? '' : ` [skipped: apt-get install ${missing.join(' ')}]`;

/** For what starts one beside the product, which takes its time. */
export const unlessLongRun = process.env['EARSHOT_TEST_ALL'] ? unlessPrometheus : ' [skipped: in npm run test:all]';

export interface Said {
  code: number;
  said: string;
}

/** Runs a tool to its end; `input` goes to its standard input. */
export function runTool(program: string, args: readonly string[], input = ''): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(program, args, (error, out, err) => {
      const code = error ? Number(error.code ?? 1) : 0;
      resolve({ code, said: `${out}${err}` });
    });
    child.stdin?.end(input);
  });
}

/** deploy/prometheus in a folder of its own, with what whoever installs it has to add. */
export function installed(scope: Scope, targets: unknown): string {
  const folder = temporaryFolder(scope, 'prometheus');
  cpSync(`${DEPLOY}prometheus`, folder, { recursive: true });
  for (const name of ['targets', 'targets-with-token', 'secrets']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'targets', 'own.json'), JSON.stringify(targets));
  writeFileSync(join(folder, 'secrets', 'metrics-token'), 'a-token-of-this-test');
  return folder;
}

export interface Prometheus {
  /** Of every target: its labels, whether it is up, what went wrong. */
  targets(): Promise<{ labels: Record<string, string>; health: string; lastError: string; scrapeUrl: string }[]>;
  /** The values of an instant question; throws what Prometheus says of a wrong one. */
  ask(expr: string): Promise<{ labels: Record<string, string>; value: number }[]>;
  rules(): Promise<{ name: string; health: string; lastError?: string }[]>;
}

/** The real one, with the shipped configuration; only that it looks every second, because a test does not wait. */
export async function startPrometheus(scope: Scope, targets: unknown): Promise<Prometheus> {
  const folder = installed(scope, targets);
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('_interval: 15s', '_interval: 1s'));
  const port = await freePort();
  const child = spawn(
    '/usr/bin/prometheus',
    [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  scope.defer('prometheus', () => {
    child.kill('SIGKILL');
    return ended;
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const at = `http://127.0.0.1:${port}`;
  const isUp = async () => {
    if (child.exitCode !== null) throw new Error(`prometheus ended:\n${said}`);
    return fetch(`${at}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await until(isUp, 'prometheus');

  async function api<T>(path: string, query: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${at}/api/v1/${path}?${new URLSearchParams(query)}`);
    const body = (await answer.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${body.error} in ${JSON.stringify(query)}`);
    return body.data;
  }

  return {
    async targets() {
      const { activeTargets } = await api<{
        activeTargets: { labels: Record<string, string>; health: string; lastError: string; scrapeUrl: string }[];
      }>('targets');
      return activeTargets;
    },
    async ask(expr) {
      const { result } = await api<{ result: { metric: Record<string, string>; value: [number, string] }[] }>('query', {
        query: expr,
      });
      return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
    },
    async rules() {
      const { groups } = await api<{ groups: { rules: { name: string; health: string; lastError?: string }[] }[] }>(
        'rules',
      );
      return groups.flatMap(({ rules }) => rules);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
