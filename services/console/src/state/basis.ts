import {
  type ConversationFact,
  type ConversationRecord,
  type HistoryAnswer,
  type HistoryCount,
  type Score,
  subjectName,
  type UtteranceScore,
  utteranceAnchor,
} from '@earshot/model';
import { type Followed, followRules } from '@earshot/rules';

/** What verdicts on a conversation rest on besides its words, as the rule engine's record has it. */
export interface Basis extends Followed {
  /** Began without a fresh `started`, as far as was read here. */
  resumed: boolean;
  /** Conversation time: the maximum over events and time facts, epoch ms. */
  nowMs: number;
  businessLine?: string;
  queue?: string;
  skillGroup?: string;
  /** By `utteranceAnchor`. */
  scores: Map<string, UtteranceScore[]>;
  /** By `subjectName`: the latest of each. */
  history: Map<string, HistoryCount>;
}

/** A `started` that is older than this by log time resumes a conversation: the engine's own measure. */
const LINGER_MS = 10 * 60_000;

export function emptyBasis(): Basis {
  return { resumed: true, nowMs: 0, laterEras: [], scores: new Map(), history: new Map() };
}

/** To be called before the words of the fact are entered: a new utterance may move the conversation to newer rules. */
export function enterBasis(
  basis: Basis,
  fact: ConversationFact,
  logMs: number,
  heardOf: (leg: string, segment: number) => boolean,
): void {
  const { body, atMs } = fact;
  followRules(basis, fact, heardOf);
  if (body.kind === 'history') enterCount(basis, body);
  if (
    body.kind === 'score' ||
    body.kind === 'history' ||
    body.kind === 'takeover' ||
    body.kind === 'checkpoint' ||
    body.kind === 'closed'
  )
    return;
  basis.nowMs = Math.max(basis.nowMs, body.kind === 'time-reached' ? body.reachedMs : atMs);
  if (body.kind !== 'started') return;
  if (logMs - atMs <= LINGER_MS) basis.resumed = false;
  basis.businessLine = body.businessLine;
  basis.queue = body.queue;
  basis.skillGroup = body.skillGroup;
}

function enterCount(basis: Basis, { kind: _, ...count }: HistoryAnswer): void {
  const name = subjectName(count.subject);
  if (count.cause > (basis.history.get(name)?.cause ?? -1)) basis.history.set(name, count);
}

/** False: it was known, or is of a revision whose score is. */
export function enterScore(basis: Basis, { kind: _, ...score }: Score): boolean {
  const anchor = utteranceAnchor(score.leg, score.segment);
  const known = basis.scores.get(anchor) ?? [];
  if (known.some(({ revision, model }) => revision === score.revision && model === score.model)) return false;
  basis.scores.set(anchor, [...known, score]);
  return true;
}

/** Scores of words that were let go tell nobody anything; some may be of words that are still to come. */
export function boundScores(basis: Basis, held: ReadonlyMap<string, unknown>, most: number): void {
  if (basis.scores.size <= most) return;
  for (const anchor of basis.scores.keys()) if (!held.has(anchor)) basis.scores.delete(anchor);
}

/** The engine's record knows what lies before the first fact that was read here. */
export function basisOf(record: ConversationRecord, followed: Followed, known: Basis): Basis {
  const { resumed, businessLine, queue, skillGroup } = record;
  return {
    ...(followed.ruleSet === undefined ? {} : { ruleSet: followed.ruleSet }),
    laterEras: [...followed.laterEras],
    resumed,
    nowMs: Math.max(record.nowMs, known.nowMs),
    ...(businessLine === undefined ? {} : { businessLine }),
    ...(queue === undefined ? {} : { queue }),
    ...(skillGroup === undefined ? {} : { skillGroup }),
    scores: new Map([...(record.scores ?? []), ...known.scores]),
    history: new Map([...(record.history ?? []), ...known.history]),
  };
}
