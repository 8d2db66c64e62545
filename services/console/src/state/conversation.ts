import type { Resource } from '@earshot/kit/access';
import { type Alert, isFinalState, type RecordedUtterance, scoreOf, utteranceAnchor } from '@earshot/model';
import type { ConversationRow, TranscriptLine } from '@earshot/wire/live';
import { type AlertBoard, emptyBoard } from './alerts.js';
import { type Basis, emptyBasis } from './basis.js';
import { asRow, type RowFacts } from './row.js';
import { emptyTranscript, inSpeakingOrder, type Transcript } from './transcript.js';

/** All that the console holds of one conversation. Either half may be missing: alerts outlive rows, rows need none. */
export interface Conversation {
  readonly tenant: string;
  readonly id: string;
  facts?: RowFacts;
  transcript: Transcript;
  basis: Basis;
  board: AlertBoard;
  /** Log time of the last fact about it, epoch ms. */
  lastLogMs: number;
  /** Agents of the row and of all alerts, first to last. */
  agents: readonly string[];
  resource: Resource;
  /** Made on demand and forgotten on change; many walls get the same text. */
  rowJson?: string;
  hits?: Map<string, TranscriptLine['hits']>;
}

export function emptyConversation(tenant: string, id: string, resource: Resource): Conversation {
  return {
    tenant,
    id,
    transcript: emptyTranscript(),
    basis: emptyBasis(),
    board: emptyBoard(),
    lastLogMs: 0,
    agents: [],
    resource,
  };
}

export function alertsOf(conversation: Conversation): Alert[] {
  return [...conversation.board.held.values()].map(({ alert }) => alert);
}

export function hasOpenAlert(conversation: Conversation): boolean {
  for (const { alert } of conversation.board.held.values()) if (!isFinalState(alert.state)) return true;
  return false;
}

/** The row by its facts; once these are gone, by what its newest alert knew. */
export function rowOf(conversation: Conversation): ConversationRow | undefined {
  const { id, transcript } = conversation;
  const alerts = alertsOf(conversation);
  const facts = conversation.facts ?? factsOf(alerts.at(-1));
  return facts && asRow(id, facts, transcript.count, alerts);
}

function factsOf(alert: Alert | undefined): RowFacts | undefined {
  if (!alert) return undefined;
  const { channel, skillGroup, externalIds, startedAtMs, endedAtMs, agents } = alert.summary;
  return {
    channel,
    externalIds,
    agents,
    fields: {},
    closed: true,
    whole: true,
    lastAtMs: alert.finding.wordsAtMs,
    ...(skillGroup === undefined ? {} : { skillGroup }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(endedAtMs === undefined ? {} : { endedAtMs }),
  };
}

export function rowJsonOf(conversation: Conversation): string | undefined {
  if (conversation.rowJson === undefined && conversation.facts)
    conversation.rowJson = JSON.stringify(rowOf(conversation));
  return conversation.rowJson;
}

/**
 * The lines of these anchors, or all, in the order of speaking, with the hit words of findings that stand, and for those
 * who look at a conversation from outside with what was felt in them.
 */
export function linesOf(
  conversation: Conversation,
  anchors?: Iterable<string>,
  { scores }: { scores: boolean } = { scores: false },
): TranscriptLine[] {
  const { lines } = conversation.transcript;
  const found = anchors ? [...anchors].flatMap((anchor) => lines.get(anchor) ?? []) : lines.values();
  return inSpeakingOrder(found).map((said) => ({
    ...asLine(said),
    hits: hitsOn(conversation, said),
    ...(scores && feltIn(conversation, said)),
  }));
}

function feltIn(
  { basis }: Conversation,
  { leg, segment, revision }: RecordedUtterance,
): Pick<TranscriptLine, 'scores'> {
  const scores = scoreOf(basis.scores.get(utteranceAnchor(leg, segment)), revision);
  return scores ? { scores: { negative: scores.negative, anger: scores.anger } } : {};
}

function asLine({ receivedAtMs: _, openRevisions: __, era: ___, ...line }: RecordedUtterance) {
  return line;
}

/** The anchors of the lines that an alert rests on. */
export function evidenceAnchors(alert: Alert): string[] {
  return alert.finding.evidence.map((one) => utteranceAnchor(one.leg, one.segment));
}

function hitsOn(conversation: Conversation, line: RecordedUtterance): TranscriptLine['hits'] {
  conversation.hits ??= indexHits(conversation);
  return conversation.hits.get(hitKey(line)) ?? [];
}

function indexHits(conversation: Conversation): Map<string, TranscriptLine['hits']> {
  const index = new Map<string, TranscriptLine['hits']>();
  for (const { state, finding } of alertsOf(conversation)) {
    if (state === 'retracted') continue;
    for (const evidence of finding.evidence) {
      const key = hitKey(evidence);
      const hit = {
        ruleId: finding.ruleId,
        title: finding.prompt.title,
        severity: finding.severity,
        spans: evidence.spans,
      };
      index.set(key, [...(index.get(key) ?? []), hit]);
    }
  }
  return index;
}

/** Spans count in the text of one revision and mean nothing on another. */
function hitKey(at: { leg: string; segment: number; revision: number }): string {
  return `${utteranceAnchor(at.leg, at.segment)}:${at.revision}`;
}
