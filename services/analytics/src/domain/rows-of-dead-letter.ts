import type { LogRecord } from '@earshot/log';
import { type DeadLetter, deriveId } from '@earshot/model';
import { firstWins, identityOf, inRange, placeOf, type TableRow } from './place.js';

/** What could not be used, without its bytes: those stay in the log. What people did about it is no row. */
export function rowsOfDeadLetter(letter: DeadLetter, record: LogRecord): TableRow[] {
  if (letter.mark) return [];
  return [deadLetterRow(letter, letter.value.length, record)];
}

/**
 * A record that analytics itself cannot turn into rows. The id comes from its place, as in the dead-letter topic: where
 * another service has set the same record aside too, both are one row.
 */
export function rowOfUnusable(record: LogRecord, reason: string): TableRow {
  const { topic, partition, offset, key, timestampMs } = record;
  const id = deriveId('dead-letter', topic, partition, offset);
  return deadLetterRow({ id, topic, partition, offset, key, reason, atMs: timestampMs }, record.value.length, record);
}

function deadLetterRow(letter: Omit<DeadLetter, 'value'>, bytes: number, record: LogRecord): TableRow {
  const tenant = letter.key.split('|', 1)[0] ?? '';
  return {
    table: 'dead_letters',
    identity: identityOf(tenant, letter.id),
    offset: record.offset,
    row: {
      tenant,
      id: letter.id,
      reason: letter.reason,
      source_topic: letter.topic,
      source_partition: letter.partition,
      source_offset: letter.offset,
      source_key: letter.key,
      bytes,
      at: inRange(letter.atMs),
      ...placeOf(record),
      version: firstWins(record.offset),
    },
  };
}
