import type { HistoryAnswer } from './history.js';
import type { Score } from './sentiment.js';
import type { CallStep, Channel, Direction, ParticipantRole } from './vocabulary.js';

/**
 * What a contact centre can say about a conversation. All times are epoch milliseconds on the sender's clock
 * ("conversation time"); text is already masked once it has passed ingest.
 */
export type EventBody =
  | Started
  | ParticipantJoined
  | ParticipantLeft
  | Utterance
  | UtteranceWithdrawn
  | CallProgress
  | Rating
  | Metadata
  | Ended;

export interface Started {
  kind: 'started';
  channel: Channel;
  direction: Direction;
  businessLine?: string;
  queue?: string;
  skillGroup?: string;
  /** The centre's own names of it: call, session, recording, ticket. */
  externalIds: Record<string, string>;
  /** Keyed hash of the customer, made at ingest from what the sender gave. */
  customerKey?: string;
  recordingNoticeGiven?: boolean;
}

export interface ParticipantJoined {
  kind: 'participant-joined';
  participantId: string;
  role: ParticipantRole;
  /** 工号; staff only. */
  staffNumber?: string;
  leg: string;
}

export interface ParticipantLeft {
  kind: 'participant-left';
  participantId: string;
}

/** One revision of one utterance. `text` is always the whole utterance so far, never a delta. */
export interface Utterance {
  kind: 'utterance';
  participantId: string;
  role: ParticipantRole;
  leg: string;
  /** Numbered by the sender per leg, from 0. */
  segment: number;
  /** Rises with every correction of the same (leg, segment), from 0. */
  revision: number;
  final: boolean;
  text: string;
  startMs: number;
  endMs: number;
  language?: string;
}

/** The recogniser takes back an utterance it had opened. */
export interface UtteranceWithdrawn {
  kind: 'utterance-withdrawn';
  leg: string;
  segment: number;
}

export interface CallProgress {
  kind: 'call-progress';
  step: CallStep;
  participantId?: string;
  /** Queue, skill group or staff number that the call goes to, for transfers. */
  target?: string;
}

export interface Rating {
  kind: 'rating';
  score: number;
  scale: number;
  comment?: string;
}

/** Fields that became known late (order number, ticket, skill group …). */
export interface Metadata {
  kind: 'metadata';
  fields: Record<string, string>;
}

export interface Ended {
  kind: 'ended';
  reason?: string;
}

export type EventKind = EventBody['kind'];

export interface ConversationEvent {
  conversationId: string;
  /** The sender's idempotency key; derived from the content where the sender gave none. */
  eventId: string;
  /** When it happened, epoch ms. For an utterance: its end. */
  atMs: number;
  body: EventBody;
}

/** The rule set that ingest knew when the event came in. */
export interface RuleSetStamp {
  epoch: number;
  hash: string;
  /** Whether running conversations move to it too. */
  appliesToRunning: boolean;
}

/** Which lateness applies while waiting for this source. */
export type Source = 'voice' | 'text';

/** Written by the engine into the conversation's own log: time, takeover and housekeeping are facts like any other. */
export type EngineBody =
  | { kind: 'time-reached'; reachedMs: number }
  | { kind: 'takeover'; service: string; owner: string; engine: string }
  | {
      kind: 'checkpoint';
      service: string;
      schema: number;
      birthOffset: number;
      asOf: number;
      lastOffset: number;
      lastLogMs: number;
      state: Uint8Array;
    }
  | { kind: 'closed'; lastOffset: number };

/** What other parts of the product add to a conversation that came in. */
export type Amendment = Score | HistoryAnswer;

export type FactBody = EventBody | EngineBody | Amendment;

/** A record of the conversations topic. */
export interface ConversationFact {
  tenant: string;
  /** Empty for a takeover, which belongs to the partition. */
  conversationId: string;
  eventId: string;
  atMs: number;
  /** Ingest's clock at arrival, epoch ms; 0 for facts that the product itself wrote. */
  receivedAtMs: number;
  source: Source;
  ruleSet?: RuleSetStamp;
  body: FactBody;
}
