import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { cloneRoot } from '../clone.js';
import { couldNot } from '../failure.js';

/** Hands over to another program of the clone, signals included; resolves with its exit code. */
export function runScript(path: string, args: readonly string[]): Promise<number> {
  const script = join(cloneRoot(), path);
  if (!existsSync(script)) throw couldNot('no-clone', script);
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...args], { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
