import type { EngineBody } from './conversation.js';
import type { Channel } from './vocabulary.js';

const HOUR_MS = 3_600_000;

/** How far back each kind of subject is counted, in log time, ms. */
export const HISTORY_WINDOW_MS = { customer: 7 * 24 * HOUR_MS, agent: 7 * 24 * HOUR_MS, topic: HOUR_MS } as const;

export const HISTORY_SUBJECTS = ['customer', 'agent', 'topic'] as const;
export type HistorySubjectKind = (typeof HISTORY_SUBJECTS)[number];

/** Of whom or what conversations are counted: a customer's keyed hash, an agent's staff number, a rule's topic. */
export interface HistorySubject {
  kind: HistorySubjectKind;
  id: string;
}

export interface CountedFinding {
  id: string;
  ruleId: string;
  tags: string[];
  atMs: number;
}

/** All that one life of a conversation adds to a subject as of an offset; the highest offset counts. */
export interface Contribution {
  kind: 'contribution';
  conversationId: string;
  /** Birth offset of the life. */
  life: number;
  asOf: number;
  channel: Channel;
  /** When the conversation began, epoch ms. */
  atMs: number;
  /** About what the agent said, or of the topic; a customer's contact counts by itself. */
  findings: CountedFinding[];
}

/** A record of the history topic. */
export interface HistoryFact {
  tenant: string;
  /** Absent for a takeover, which belongs to the partition. */
  subject?: HistorySubject;
  body: Contribution | EngineBody;
}

export interface EarlierContact {
  conversationId: string;
  channel: Channel;
  atMs: number;
}

/**
 * What history says of a subject of a conversation, this conversation included: contacts of the customer, findings
 * about the agent, conversations that met the topic, each within `HISTORY_WINDOW_MS`.
 */
export interface HistoryCount {
  subject: HistorySubject;
  /** Offset in the history topic that it was decided at; the highest counts. */
  cause: number;
  /** Log time of that, epoch ms. */
  knownMs: number;
  count: number;
  /** Of an agent's findings, by tag and in its order. */
  tags: { tag: string; count: number }[];
  /** Of a customer: other conversations, newest first, at most five. */
  earlier: EarlierContact[];
}

/** An amendment in the conversation's own log. */
export interface HistoryAnswer extends HistoryCount {
  kind: 'history';
}

export function historyKey(tenant: string, { kind, id }: HistorySubject): string {
  return `${tenant}|${kind}:${id}`;
}

export function subjectName({ kind, id }: HistorySubject): string {
  return `${kind}:${id}`;
}
