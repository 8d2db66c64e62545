import type { HistoryCount } from './history.js';
import type { UtteranceScore } from './sentiment.js';
import type { Channel, ParticipantRole } from './vocabulary.js';

/** One revision as it is kept: only the text differs between revisions of an open utterance. */
export interface RevisionText {
  revision: number;
  text: string;
  endMs: number;
  receivedAtMs: number;
}

/**
 * An utterance in the record. `text`, `revision`, `startMs`, `endMs` are those of the deciding revision:
 * the highest final, else the highest seen. While it is open (no final, not withdrawn) all revisions are kept,
 * because a verdict on partials stands from the first hitting one.
 */
export interface RecordedUtterance {
  participantId: string;
  role: ParticipantRole;
  leg: string;
  segment: number;
  revision: number;
  final: boolean;
  withdrawn: boolean;
  text: string;
  startMs: number;
  endMs: number;
  receivedAtMs: number;
  /** Lowest revision first; empty once final or withdrawn. */
  openRevisions: RevisionText[];
  /** Which of the conversation's rule sets was in force at its first revision, in their order; absent: the first. */
  era?: number;
}

/** A rule set that a conversation moved to while it ran. */
export interface RuleEra {
  epoch: number;
  hash: string;
  /** When the first utterance under it began, epoch ms. */
  fromMs: number;
}

export interface RecordedParticipant {
  participantId: string;
  role: ParticipantRole;
  staffNumber?: string;
  leg: string;
  joinedMs: number;
  leftMs?: number;
}

/**
 * The record of one life of a conversation: everything a verdict may depend on, and nothing else. Two logs that hold
 * the same facts in another order give equal records.
 */
export interface ConversationRecord {
  tenant: string;
  conversationId: string;
  channel: Channel;
  /** Began without its `started`, or after it had been closed: rules bound to the start do not run. */
  resumed: boolean;
  startedAtMs?: number;
  endedAtMs?: number;
  /** Conversation time: the maximum over its events and time facts, epoch ms. */
  nowMs: number;
  businessLine?: string;
  queue?: string;
  skillGroup?: string;
  externalIds: Record<string, string>;
  customerKey?: string;
  fields: Record<string, string>;
  participants: RecordedParticipant[];
  /** By `utteranceAnchor(leg, segment)`. */
  utterances: Map<string, RecordedUtterance>;
  /** By `utteranceAnchor`: what came of any revision, by revision and model. Absent: nothing came. */
  scores?: Map<string, UtteranceScore[]>;
  /** By `subjectName`: the latest of each; replaced, never changed, when one comes. Absent: nothing came. */
  history?: ReadonlyMap<string, HistoryCount>;
}
