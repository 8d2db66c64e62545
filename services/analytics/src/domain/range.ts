import type { LogRecord } from '@earshot/log';

/** A batch is written down before its first insert, in the metadata of the offset it begins at. */
export interface Intent {
  /** First offset after the batch. */
  to: number;
}

export function encodeIntent(intent: Intent): string {
  return JSON.stringify(intent);
}

/** Absent for anything that is no intent: then the next batch has other borders, which costs nothing but rows to merge. */
export function decodeIntent(metadata: string | undefined): Intent | undefined {
  if (!metadata) return undefined;
  try {
    const { to } = JSON.parse(metadata) as { to?: unknown };
    return typeof to === 'number' && Number.isSafeInteger(to) ? { to } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The next batch of what is held. While an intent is open it is exactly that range, so that a batch begun before a crash
 * is inserted again as it was; undefined: its end has not been read yet.
 */
export function nextBatch(
  held: readonly LogRecord[],
  intent: Intent | undefined,
  maxRecords: number,
): { records: readonly LogRecord[]; from: number; to: number } | undefined {
  const first = held[0];
  const last = held.at(-1);
  if (!first || !last) return undefined;
  if (intent && intent.to > first.offset) {
    if (last.offset + 1 < intent.to) return undefined;
    const records = held.filter((record) => record.offset < intent.to);
    return { records, from: first.offset, to: intent.to };
  }
  const records = held.slice(0, maxRecords);
  return { records, from: first.offset, to: (records.at(-1) ?? first).offset + 1 };
}

/** Names a batch for the engine: the same range of the same partition always has the same name. */
export function tokenOf(topic: string, partition: number, from: number, to: number): string {
  return `${topic}|${partition}|${from}|${to}`;
}
