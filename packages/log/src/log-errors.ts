import { EarshotError } from '@earshot/model';

/** Codes that every adapter uses for the same thing; a caller compares with these, never with texts. */
export const LogErrorCode = {
  full: 'log-full',
  closed: 'log-closed',
  topicUnknown: 'topic-unknown',
  partitionUnknown: 'partition-unknown',
  notOwner: 'not-owner',
  outOfRange: 'offset-out-of-range',
  partitionStopped: 'partition-stopped',
  keyInvalid: 'key-invalid',
  recordRefused: 'record-refused',
} as const;

/** The log will never take this very record; every other failure is about the log, and a later try can succeed. */
export function isAboutTheRecord(error: unknown): boolean {
  if (!(error instanceof EarshotError)) return false;
  return error.code === LogErrorCode.keyInvalid || error.code === LogErrorCode.recordRefused;
}

export function logClosed(): EarshotError {
  return new EarshotError(LogErrorCode.closed, 'The log is closed.');
}

export function logFull(detail: Record<string, unknown>, cause?: unknown): EarshotError {
  const message = 'The log has no room for new records now; what it holds stays readable.';
  return new EarshotError(LogErrorCode.full, message, { retry: true, detail, cause });
}

export function topicUnknown(topic: string): EarshotError {
  return new EarshotError(LogErrorCode.topicUnknown, `The log has no topic "${topic}".`, { detail: { topic } });
}

export function partitionUnknown(topic: string, partition: number): EarshotError {
  const message = `Topic "${topic}" has no partition ${partition}.`;
  return new EarshotError(LogErrorCode.partitionUnknown, message, { detail: { topic, partition } });
}

/** The log no longer holds `offset`, or does not hold it yet: reading on would skip records in silence. */
export function offsetOutOfRange(detail: {
  topic: string;
  partition: number;
  offset: number;
  first: number;
  next: number;
}): EarshotError {
  const message = `Offset ${detail.offset} of ${detail.topic}/${detail.partition} is outside ${detail.first}..${detail.next}.`;
  return new EarshotError(LogErrorCode.outOfRange, message, { detail });
}
