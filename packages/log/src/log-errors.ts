import { EarshotError } from '@earshot/model';

/** Codes that every adapter uses for the same thing; a caller compares with these, never with texts. */
export const LogErrorCode = {
  full: 'log-full',
  unavailable: 'log-unavailable',
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

/** Nobody answers that could make records durable; what was rejected so may still turn up. */
export function logUnavailable(detail: Record<string, unknown>, cause?: unknown): EarshotError {
  const message = 'The log cannot be reached now; a rejected record may still turn up in it.';
  return new EarshotError(LogErrorCode.unavailable, message, { retry: true, detail, cause });
}

/** Half of a surrogate pair would come back as another key. */
export function refuseHalfCharacters(key: string): void {
  if (!key.isWellFormed()) throw new EarshotError(LogErrorCode.keyInvalid, 'A record key holds half of a character.');
}

export function notOwner(group: string, topic: string, partition: number): EarshotError {
  const message = `This member no longer holds ${topic}/${partition} for group "${group}".`;
  return new EarshotError(LogErrorCode.notOwner, message, { detail: { group, topic, partition } });
}

/** A reader of `topic` ended before it came to where it was asked to. */
export function readerStopped(
  detail: { topic: string; group?: string; partition?: number },
  cause?: unknown,
): EarshotError {
  const who = detail.group === undefined ? 'The tail' : `Group "${detail.group}"`;
  const where = detail.partition === undefined ? detail.topic : `${detail.topic}/${detail.partition}`;
  const message = `${who} stopped reading ${where} before it had caught up.`;
  return new EarshotError(LogErrorCode.partitionStopped, message, { detail, cause });
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
