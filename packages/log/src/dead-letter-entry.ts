import { deriveId } from '@earshot/model';
import { encodeDeadLetter, TOPICS } from '@earshot/wire';
import type { AppendEntry, LogRecord } from './port.js';

/** The dead-letter record of a record that could not be used. Its id comes from the place, so a second one is a repeat. */
export function deadLetterEntry(record: LogRecord, reason: string): AppendEntry {
  const { topic, partition, offset, key, timestampMs, value, headers } = record;
  const id = deriveId('dead-letter', topic, partition, offset);
  return {
    topic: TOPICS.deadLetters,
    key,
    value: encodeDeadLetter({
      ...{ id, topic, partition, offset, key, reason, atMs: timestampMs, value },
      ...(headers && { headers: Object.fromEntries(headers) }),
    }),
  };
}
