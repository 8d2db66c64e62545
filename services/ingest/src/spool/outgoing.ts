import type { AppendEntry, SpooledEntry, SpoolLane } from '@earshot/log';
import { deriveId } from '@earshot/model';
import { encodeDeadLetter, TOPICS } from '@earshot/wire';

/** What goes to the log in an entry's turn; `aside`: why that is a dead letter. */
export interface Outgoing {
  entry: AppendEntry;
  aside?: string;
}

/** `because`: the log takes the entry as a dead letter only. */
export function outgoing(
  { topic, partition }: SpoolLane,
  spooled: SpooledEntry,
  because: string | undefined,
  nowMs: number,
): Outgoing {
  const unreadable = 'unreadable' in spooled;
  const { key, value } = unreadable ? { key: '', value: spooled.unreadable } : spooled;
  const reason = unreadable ? 'spool-unreadable' : because;
  if (reason === undefined) return { entry: { topic, partition, key, value } };
  // From place and bytes: a second one is a repeat, and that of another door is not.
  const id = deriveId('spooled', topic, partition, spooled.place, Buffer.from(value).toString('base64'));
  // It never had a place on the log.
  const letter = { id, topic, partition, offset: -1, key, reason, atMs: nowMs, value };
  return { entry: { topic: TOPICS.deadLetters, key, value: encodeDeadLetter(letter) }, aside: reason };
}

/** As many from the head as make `maxBytes`, at least one. */
export function upToBytes<T extends Outgoing>(items: readonly T[], maxBytes: number): T[] {
  let bytes = 0;
  const end = items.findIndex(({ entry }) => {
    bytes += entry.key.length + entry.value.byteLength;
    return bytes > maxBytes;
  });
  return items.slice(0, end < 0 ? items.length : Math.max(1, end));
}
