import { decodeAlertRecord, decodeCaseFact, decodeConversationFact, decodeDeadLetter, TOPICS } from '@earshot/wire';
import type { RowsOf } from './domain/batch.js';
import { rowsOfAlertRecord } from './domain/rows-of-alert.js';
import { rowsOfCaseFact } from './domain/rows-of-case-fact.js';
import { rowsOfConversationFact } from './domain/rows-of-conversation-fact.js';
import { rowsOfDeadLetter } from './domain/rows-of-dead-letter.js';

/** What analytics hears, and what each record becomes. */
export const CONSUMERS: readonly { topic: string; rowsOf: RowsOf }[] = [
  {
    topic: TOPICS.conversations,
    rowsOf: (record) => rowsOfConversationFact(decodeConversationFact(record.value), record),
  },
  { topic: TOPICS.cases, rowsOf: (record) => rowsOfCaseFact(decodeCaseFact(record.value), record) },
  { topic: TOPICS.alerts, rowsOf: (record) => rowsOfAlertRecord(decodeAlertRecord(record.value), record) },
  { topic: TOPICS.deadLetters, rowsOf: (record) => rowsOfDeadLetter(decodeDeadLetter(record.value), record) },
];
