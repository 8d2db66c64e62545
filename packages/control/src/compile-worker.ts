import { parentPort } from 'node:worker_threads';
import { toPortable } from '@earshot/rules';
import { compileHere } from './compile.js';
import type { WorkerAnswer, WorkerTask } from './compile-off-thread.js';

parentPort?.on('message', (task: WorkerTask) => void answer(task));

async function answer({ id, files }: WorkerTask): Promise<void> {
  const compiled = await compileHere(files);
  const message: WorkerAnswer = compiled.ok
    ? { id, ok: true, portable: toPortable(compiled.ruleSet), examples: compiled.examples }
    : { id, ...compiled };
  parentPort?.postMessage(message);
}
