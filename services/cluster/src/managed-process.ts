import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EarshotError } from '@earshot/model';

export type ProcessState = 'starting' | 'ready' | 'waiting' | 'stopped';

export interface ManagedProcess {
  readonly name: string;
  readonly logFile: string;
  state(): ProcessState;
  pid(): number | undefined;
  /** Where it listens, by what it speaks there; empty before it is ready. */
  addresses(): Record<string, string>;
  /** Rejects if it ends before it was ever ready: `part-failed` with the last lines that it said. */
  whenReady: Promise<void>;
  /** Asks it to stop; after `withinMs` it is killed. Idempotent. */
  stop(withinMs: number): Promise<void>;
}

export interface ManagedOptions {
  name: string;
  program: string;
  args: readonly string[];
  /** Flags of Node itself. */
  nodeFlags: readonly string[];
  logFile: string;
  /** Beside our own environment: what may not be seen in a list of processes. */
  env?: Record<string, string>;
  /** Asked until it answers yes, for a program that does not say when it is ready. */
  isReady?(): Promise<Record<string, string> | undefined>;
  /** It ended by itself and will be started again in `againMs`. */
  onEnded(how: string, againMs: number): void;
  onReady(): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Who ran for this long is started again at once. */
const STEADY_AFTER_MS = 60_000;
const LAST_LINES = 12;
const ASK_EVERY_MS = 200;

/** Keeps one program running: whenever it ends it is started again, after a pause that grows while it keeps ending. */
export function manageProcess(options: ManagedOptions): ManagedProcess {
  const { name, logFile } = options;
  let state: ProcessState = 'starting';
  let child: ChildProcess | undefined;
  let addresses: Record<string, string> = {};
  let pauseMs = FIRST_PAUSE_MS;
  let startedMs = 0;
  let wasReady = false;
  let again: NodeJS.Timeout | undefined;
  let gone: Promise<void> = Promise.resolve();
  let settle = { ready: () => {}, failed: (_error: Error) => {} };
  const whenReady = new Promise<void>((resolve, reject) => {
    settle = { ready: resolve, failed: reject };
  });
  // Whoever waits hears it; who does not is not ended by it.
  whenReady.catch(() => undefined);

  function start(): void {
    if (state === 'stopped') return;
    state = 'starting';
    startedMs = performance.now();
    mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
    const output = openSync(logFile, 'a', 0o600);
    const { nodeFlags, program, args } = options;
    const started = spawn(process.execPath, [...nodeFlags, program, ...args], {
      // What ends with its standard input, or with its channel, ends when we are killed.
      stdio: ['pipe', output, output, 'ipc'],
      env: { ...process.env, ...options.env },
    });
    closeSync(output);
    child = started;
    started.on('message', (message) => {
      if (isReady(message)) becomeReady(started, message.addresses);
    });
    const { isReady: ask } = options;
    if (ask) void askUntilReady(started, ask);
    gone = new Promise((resolve) => {
      started.once('error', (error) => ended(error.message, resolve));
      started.once('exit', (code, signal) => ended(signal ?? `exit ${code}`, resolve));
    });
  }

  function becomeReady(who: ChildProcess, at: Record<string, string>): void {
    if (who !== child || state !== 'starting') return;
    state = 'ready';
    wasReady = true;
    addresses = at;
    settle.ready();
    options.onReady();
  }

  async function askUntilReady(
    who: ChildProcess,
    ask: () => Promise<Record<string, string> | undefined>,
  ): Promise<void> {
    while (who === child && state === 'starting') {
      const at = await ask();
      if (at) becomeReady(who, at);
      else await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  function ended(how: string, resolve: () => void): void {
    resolve();
    child = undefined;
    if (state === 'stopped') return;
    state = 'waiting';
    if (!wasReady) {
      state = 'stopped';
      const message = `${name} could not start (${how}):\n${lastLines(logFile)}`;
      settle.failed(new EarshotError('part-failed', message, { detail: { name } }));
      return;
    }
    pauseMs = performance.now() - startedMs > STEADY_AFTER_MS ? FIRST_PAUSE_MS : pauseMs;
    options.onEnded(how, pauseMs);
    again = setTimeout(start, pauseMs);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }

  start();
  return {
    name,
    logFile,
    state: () => state,
    pid: () => child?.pid,
    addresses: () => addresses,
    whenReady,
    async stop(withinMs) {
      state = 'stopped';
      clearTimeout(again);
      const running = child;
      if (!running) return;
      running.kill('SIGTERM');
      const late = setTimeout(() => running.kill('SIGKILL'), withinMs);
      await gone;
      clearTimeout(late);
    },
  };
}

function isReady(message: unknown): message is { type: 'ready'; addresses: Record<string, string> } {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

function lastLines(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
  return lines.map((line) => `  ${line}`).join('\n');
}
