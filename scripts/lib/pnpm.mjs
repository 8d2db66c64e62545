// pnpm through npx: nobody has to install it. npx also puts it on the PATH of what it runs, which turbo needs.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';

export const PNPM = 'pnpm@10.34.9';
const KEPT_LINES = 25;

/** A step that ended badly, with the end of what it said. */
export class StepFailed extends Error {
  /**
   * @param {string} what
   * @param {string[]} lastLines
   * @param {string} logFile
   */
  constructor(what, lastLines, logFile) {
    super(`${what} failed`);
    this.lastLines = lastLines;
    this.logFile = logFile;
  }
}

/**
 * Runs pnpm with its output in `logFile`.
 * @param {string[]} args
 * @param {{ root: string, logFile: string, onLine?: (line: string) => void, lowPriority?: boolean, signal?: AbortSignal }} options
 * @returns {Promise<void>} rejects with StepFailed
 */
export function runPnpm(args, { root, logFile, onLine = () => {}, lowPriority = false, signal }) {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  /** @type {string[]} */
  const lastLines = [];
  return new Promise((resolve, reject) => {
    const child = spawn(npx, ['-y', PNPM, ...args], {
      cwd: root,
      // Its own process group: a Ctrl-C meant for the product must not tear an installation in the middle of a
      // write, and ending it must reach pnpm and not only npx.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      env: cleanEnv(),
    });
    if (lowPriority && child.pid) tryLowPriority(child.pid);
    const stop = () => endGroup(child);
    signal?.addEventListener('abort', stop, { once: true });
    process.once('exit', stop);
    let rest = '';
    /** @param {Buffer} chunk */
    const hear = (chunk) => {
      log.write(chunk);
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.trim() !== '' && !line.startsWith('npm warn')) lastLines.push(line);
        if (lastLines.length > KEPT_LINES) lastLines.shift();
        onLine(line);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => hear(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      process.removeListener('exit', stop);
      signal?.removeEventListener('abort', stop);
      log.end();
      if (code === 0) resolve();
      else reject(new StepFailed(`pnpm ${args[0]}`, lastLines, logFile));
    });
  });
}

/** npm hands its own settings down as npm_config_*; pnpm would read them as its own (`--port`, `--filter` …). */
function cleanEnv() {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(config|lifecycle|package)_/i.test(name) || /registry|proxy|cafile|_auth|userconfig|cache/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    CI: 'true',
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    FORCE_COLOR: '0',
  };
}

/** @param {number} pid */
function tryLowPriority(pid) {
  try {
    setPriority(pid, 19);
  } catch {
    // Not allowed everywhere; it is a courtesy only.
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function endGroup(child) {
  if (!child.pid || child.exitCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
  } catch {
    // Already gone.
  }
}
