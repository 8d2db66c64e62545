import { parentPort } from 'node:worker_threads';
import { toPortable } from '@earshot/rules';
import { compileHere } from './compile.js';
import type { WorkerAnswer, WorkerTask } from './compile-off-thread.js';

parentPort?.on('message', async ({ id, files }: WorkerTask) => {
  const compiled = await compileHere(files);
  const answer: WorkerAnswer = compiled.ok
    ? { id, ok: true, portable: toPortable(compiled.ruleSet), examples: compiled.examples }
    : { id, ...compiled };
  parentPort?.postMessage(answer);
});
