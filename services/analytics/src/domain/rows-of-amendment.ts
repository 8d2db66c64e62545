import type { LogRecord } from '@earshot/log';
import type { ConversationFact, HistoryAnswer, Score } from '@earshot/model';
import { firstWins, identityOf, inRange, placeOf, type TableRow } from './place.js';

/** What one model made of one revision; said again it changes nothing. */
export function scoreRow(
  { tenant, conversationId, atMs }: ConversationFact,
  score: Score,
  record: LogRecord,
): TableRow {
  const { leg, segment, revision, model, scores } = score;
  return {
    table: 'utterance_scores',
    identity: identityOf(tenant, conversationId, leg, segment, revision, model),
    offset: record.offset,
    row: {
      tenant,
      conversation_id: conversationId,
      ...{ leg, segment, revision, model },
      ...scores,
      at: inRange(atMs),
      ...placeOf(record),
      version: firstWins(record.offset),
    },
  };
}

/** The last answer about a subject, by where history decided it. */
export function historyRow(
  { tenant, conversationId }: ConversationFact,
  answer: HistoryAnswer,
  record: LogRecord,
): TableRow {
  const { subject, cause, knownMs, count, tags, earlier } = answer;
  return {
    table: 'history_answers',
    identity: identityOf(tenant, conversationId, subject.kind, subject.id),
    offset: record.offset,
    row: {
      tenant,
      conversation_id: conversationId,
      subject_kind: subject.kind,
      subject_id: subject.id,
      cause,
      known_ms: knownMs,
      count,
      tags: tags.map(({ tag }) => tag),
      tag_counts: tags.map((one) => one.count),
      earlier: JSON.stringify(earlier),
      ...placeOf(record),
      version: cause,
    },
  };
}
