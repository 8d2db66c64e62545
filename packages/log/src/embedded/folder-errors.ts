import { EarshotError } from '@earshot/model';

export function folderInUse(dir: string): EarshotError {
  const message = `The data folder ${dir} is in use by another running Earshot.`;
  return new EarshotError('data-folder-in-use', message, { detail: { dir } });
}

/** Neither empty nor written by this log: opening it could only destroy what is there. */
export function folderForeign(dir: string, reason: string, cause?: unknown): EarshotError {
  const message = `The data folder ${dir} holds something that is not an Earshot log (${reason}).`;
  return new EarshotError('data-folder-foreign', message, { detail: { dir, reason }, cause });
}

export function folderDamaged(dir: string, reason: string, cause?: unknown): EarshotError {
  const message = `The log in ${dir} is damaged (${reason}). Restore the folder from a copy, or move it away to start empty.`;
  return new EarshotError('data-folder-damaged', message, { detail: { dir, reason }, cause });
}

export function partitionCountChanged(topic: string, stored: number, wanted: number): EarshotError {
  const message = `Topic "${topic}" was created with ${stored} partitions and cannot have ${wanted}: the count is fixed for life.`;
  return new EarshotError('partition-count-changed', message, { detail: { topic, stored, wanted } });
}

/** The store stopped working in a way that only a restart can clear. */
export function logFailed(cause: unknown): EarshotError {
  return new EarshotError('log-failed', 'The log can no longer write; restart to recover.', { cause });
}
