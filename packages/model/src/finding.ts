import type { HistoryCount } from './history.js';
import type { Channel, ParticipantRole, Severity } from './vocabulary.js';

/** Half-open range of UTF-16 units in the utterance's text. */
export interface Span {
  start: number;
  end: number;
}

/** One utterance that a verdict rests on. */
export interface Evidence {
  leg: string;
  segment: number;
  revision: number;
  participantId: string;
  role: ParticipantRole;
  startMs: number;
  endMs: number;
  /** Masked text of the utterance, cut at 200 code points. */
  quote: string;
  spans: Span[];
}

/** What the agent is shown. At most three sentences to say. */
export interface RescuePrompt {
  title: string;
  /** What happened, one line. */
  what: string;
  say: string[];
  next: string;
}

/**
 * A rule stands at an anchor. The id comes from tenant, conversation, rule and anchor only, so the same episode
 * has the same name whoever finds it, however often, from whatever revision or rule version.
 */
export interface Finding {
  id: string;
  ruleId: string;
  /** `u:<leg>:<segment>`, `conversation`, or `deadline:<anchor>`; see the rule language's page. */
  anchor: string;
  severity: Severity;
  points: number;
  /** Who it is about: the participant who spoke; absent for a conversation-wide verdict. */
  participantId?: string;
  role?: ParticipantRole;
  evidence: Evidence[];
  /** End of the words (or the passed deadline) that completed the verdict, epoch ms. */
  wordsAtMs: number;
  /** When ingest received the record that completed it; 0 if time itself did. */
  receivedAtMs: number;
  /** Stands on a partial only; the final decides. */
  provisional: boolean;
  ruleSetHash: string;
  prompt: RescuePrompt;
  tags: string[];
  /** What the rule says it is about: conversations that meet it are counted together. */
  topic?: string;
}

/** What routing needs to know of a conversation; travels with every standing set. */
export interface ConversationSummary {
  channel: Channel;
  businessLine?: string;
  queue?: string;
  skillGroup?: string;
  externalIds: Record<string, string>;
  customerKey?: string;
  startedAtMs?: number;
  endedAtMs?: number;
  /** Staff numbers of the agents who are in it, first to last; of all who were once nobody is. */
  agents: string[];
  /** What is known of the customer, the agents and the topics from other conversations, by subject. */
  history?: HistoryCount[];
}

/** The whole set of findings that stand in one life of a conversation as of an offset of its log. */
export interface StandingSet {
  tenant: string;
  conversationId: string;
  /** Birth offset of the life. */
  life: number;
  asOf: number;
  findings: Finding[];
  summary: ConversationSummary;
  /** Last set of this life. */
  closing: boolean;
  controlEpoch: number;
}
