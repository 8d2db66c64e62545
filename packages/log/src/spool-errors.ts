import { EarshotError } from '@earshot/model';

/** Codes of every spool; a caller compares with these, never with texts. */
export const SpoolErrorCode = {
  full: 'spool-full',
  failed: 'spool-failed',
  closed: 'spool-closed',
  damaged: 'spool-damaged',
} as const;

/** When a sender that was told `spool-full` may try again: the log comes back in seconds or in minutes, not sooner. */
const RETRY_AFTER_MS = 5_000;

export function spoolFull(cause?: unknown): EarshotError {
  const message = 'The log is away and what this door may hold for it is used up; send again later.';
  const detail = { retryAfterMs: RETRY_AFTER_MS };
  return new EarshotError(SpoolErrorCode.full, message, { retry: true, detail, cause });
}

export function spoolFailed(cause: unknown): EarshotError {
  const message = 'The log is away and the disk that events are held on cannot be written; send again later.';
  return new EarshotError(SpoolErrorCode.failed, message, { retry: true, cause });
}

export function spoolClosed(): EarshotError {
  return new EarshotError(SpoolErrorCode.closed, 'The spool is closed.', { retry: true });
}

/** Acknowledged events may be in it, so it is never replaced by an empty one without somebody's deed. */
export function spoolDamaged(dir: string, cause: unknown): EarshotError {
  const message = `The spool in ${dir} is damaged; events that were acknowledged may be in it. Restore the folder from a copy, or move it away to go on without them.`;
  return new EarshotError(SpoolErrorCode.damaged, message, { detail: { dir }, cause });
}
