import type { Applied } from '@earshot/log/fold';
import { type ConversationRecord, type Score, type UtteranceScore, utteranceAnchor } from '@earshot/model';

/**
 * Keeps a score by utterance, revision and model, whether or not the utterance (or that revision) is known yet: which
 * one counts follows from the record, not from the order of arrival.
 */
export function applyScore(record: ConversationRecord, { kind: _, ...score }: Score): Applied {
  record.scores ??= new Map();
  const anchor = utteranceAnchor(score.leg, score.segment);
  const known = record.scores.get(anchor) ?? [];
  const same = known.find(({ revision, model }) => revision === score.revision && model === score.model);
  if (same) return sameScores(same, score) ? { kind: 'repeated' } : { kind: 'refused', reason: 'conflict' };
  record.scores.set(anchor, [...known, score].sort(byRevisionAndModel));
  return { kind: 'inspected' };
}

function sameScores({ scores: a }: UtteranceScore, { scores: b }: UtteranceScore): boolean {
  return (
    a.negative === b.negative &&
    a.neutral === b.neutral &&
    a.positive === b.positive &&
    a.anger === b.anger &&
    a.offensive === b.offensive
  );
}

function byRevisionAndModel(a: UtteranceScore, b: UtteranceScore): number {
  return a.revision - b.revision || (a.model < b.model ? -1 : 1);
}
