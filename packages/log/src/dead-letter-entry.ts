import { deriveId } from '@earshot/model';
import { encodeDeadLetter, TOPICS } from '@earshot/wire';
import type { AppendEntry, LogRecord } from './port.js';

/**
 * The dead-letter record of a record that could not be used. Its id comes from the place, so a second one is a repeat.
 * `under`: the key among the dead letters, which begins with the tenant where the record's own does not say whose it is.
 */
export function deadLetterEntry(record: LogRecord, reason: string, under = record.key): AppendEntry {
  const { topic, partition, offset, key, timestampMs, value, headers } = record;
  const id = deriveId('dead-letter', topic, partition, offset);
  return {
    topic: TOPICS.deadLetters,
    key: under,
    value: encodeDeadLetter({
      ...{ id, topic, partition, offset, key, reason, atMs: timestampMs, value },
      ...(headers && { headers: Object.fromEntries(headers) }),
    }),
  };
}
