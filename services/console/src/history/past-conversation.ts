import {
  CHANNELS,
  type Channel,
  type ConversationRecord,
  type HistoryCount,
  scoreOf,
  utteranceAnchor,
} from '@earshot/model';
import type { TranscriptLine } from '@earshot/wire/live';
import type { Recorded } from '../explain/recorded.js';
import type { PastFacts } from './facts-of-conversation.js';
import type { PastFinding } from './findings-of-conversation.js';
import type { PastScores } from './scores-of-conversation.js';
import type { PastWords } from './words-of-conversation.js';

/** Words as a page shows them, with the hit words of the findings that stood; `scores`: for eyes that may see them. */
export function pastLines(
  words: readonly PastWords[],
  findings: readonly PastFinding[],
  scores: PastScores,
): TranscriptLine[] {
  const hits = new Map<string, TranscriptLine['hits']>();
  for (const { ruleId, title, severity, evidence } of findings) {
    for (const { spans, ...at } of evidence) {
      const key = placeOf(at);
      hits.set(key, [...(hits.get(key) ?? []), { ruleId, title, severity, spans }]);
    }
  }
  return words.map(({ receivedAtMs: _, ...line }) => {
    const felt = scoreOf(scores.get(utteranceAnchor(line.leg, line.segment)), line.revision);
    return {
      ...line,
      hits: hits.get(placeOf(line)) ?? [],
      ...(felt ? { scores: { negative: felt.negative, anger: felt.anger } } : {}),
    };
  });
}

/** All that the warehouse has of a conversation. */
export interface PastParts {
  facts: PastFacts;
  words: readonly PastWords[];
  scores: PastScores;
  history: ReadonlyMap<string, HistoryCount>;
}

/**
 * The record as far as the warehouse has it: no open revisions, and not which rule sets it met. Whoever judges by it
 * must see whether the verdict is the one that was passed.
 */
export function pastRecord(
  { tenant, conversationId }: { tenant: string; conversationId: string },
  { facts, words, scores, history }: PastParts,
): Recorded {
  const { startedAtMs, endedAtMs, lastAtMs, businessLine, queue, skillGroup } = facts;
  const record: ConversationRecord = {
    tenant,
    conversationId,
    channel: channelOf(facts.channel),
    resumed: startedAtMs === null,
    nowMs: Math.max(lastAtMs, ...words.map(({ endMs }) => endMs)),
    externalIds: {},
    fields: {},
    participants: [],
    scores,
    history,
    utterances: new Map(words.map((said) => [utteranceAnchor(said.leg, said.segment), { ...said, openRevisions: [] }])),
    ...(startedAtMs === null ? {} : { startedAtMs }),
    ...(endedAtMs === null ? {} : { endedAtMs }),
    ...(businessLine === '' ? {} : { businessLine }),
    ...(queue === '' ? {} : { queue }),
    ...(skillGroup === '' ? {} : { skillGroup }),
  };
  return { record, followed: { laterEras: [] }, extent: 'past' };
}

/** A conversation whose start was never heard has no channel in the warehouse. */
export function channelOf(name: string): Channel {
  return CHANNELS.find((channel) => channel === name) ?? 'voice';
}

/** Spans count in the text of one revision. */
function placeOf({ leg, segment, revision }: { leg: string; segment: number; revision: number }): string {
  return `${utteranceAnchor(leg, segment)}:${revision}`;
}
