import { Worker } from 'node:worker_threads';
import type { Scope } from '@earshot/kit';
import { EarshotError } from '@earshot/model';
import { type ExampleFailure, fromPortable, type PortableRuleSet, type RuleFault } from '@earshot/rules';
import type { Compilation, Compile } from './compile.js';

export interface WorkerTask {
  id: number;
  files: Readonly<Record<string, string>>;
}

export type WorkerAnswer = { id: number } & (
  | { ok: true; portable: PortableRuleSet; examples: ExampleFailure[] }
  | { ok: false; faults: RuleFault[] }
);

interface Waiting {
  resolve(compilation: Compilation): void;
  reject(error: Error): void;
}

/** A thread is started from the build, from src and from dist alike. */
const PROGRAM = new URL('../dist/compile-worker.js', import.meta.url);

/**
 * Compiles on a thread of its own, so that ten thousand rules delay no prompt. The thread is started for the first set
 * and ends with the scope; should it die, what it was working on is rejected and the next set gets a new one.
 */
export function compileOffThread(scope: Scope, program: URL = PROGRAM): Compile {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let tasks = 0;

  const failAll = (error: Error) => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = () => {
    // The flags of this process are not its own: a test runner resolves packages to their sources.
    const started = new Worker(program, { execArgv: [] });
    started.on('message', (answer: WorkerAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      asked?.resolve(answer.ok ? { ...answer, ruleSet: fromPortable(answer.portable) } : answer);
    });
    started.on('error', (cause) => failAll(cannotCompile(cause)));
    started.on('exit', () => {
      if (worker === started) failAll(cannotCompile());
    });
    // A set that nobody waits for any more does not keep the process alive.
    started.unref();
    return started;
  };
  scope.defer('compiling', async () => {
    const last = worker;
    failAll(cannotCompile());
    await last?.terminate();
  });
  return (files) =>
    new Promise((resolve, reject) => {
      worker ??= start();
      const id = ++tasks;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, files } satisfies WorkerTask);
    });
}

function cannotCompile(cause?: unknown): EarshotError {
  return new EarshotError('unavailable', 'the rules could not be compiled', { retry: true, cause });
}
