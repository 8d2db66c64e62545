import type { AlertDelivery } from './delivery.js';
import type { ConversationSummary, Finding } from './finding.js';
import type { AlertState, Outcome } from './vocabulary.js';

/** The cause of a state of an alert: where in `cases` it came from. Never a counter: two owners name it alike. */
export interface AlertVersion {
  offset: number;
  index: number;
}

export function compareVersions(a: AlertVersion, b: AlertVersion): number {
  return a.offset - b.offset || a.index - b.index;
}

/** Epoch ms of each step; absent while it has not happened. */
export interface Timeline {
  spokenMs: number;
  receivedMs?: number;
  judgedMs?: number;
  raisedMs?: number;
  deliveredMs?: number;
  seenMs?: number;
  claimedMs?: number;
  closedMs?: number;
}

/** A whole alert as of its version: each record on the alerts topic carries one. */
export interface Alert {
  id: string;
  tenant: string;
  conversationId: string;
  version: AlertVersion;
  state: AlertState;
  outcome?: Outcome;
  finding: Finding;
  summary: ConversationSummary;
  /** The alert whose anchor moved here; it keeps claim and "shown", and does not pop up again. */
  continues?: string;
  /** Staff numbers of the agents it is for. */
  agents: string[];
  /** Whether it may interrupt (severity, freshness); false: it waits in the inbox. */
  interrupting: boolean;
  /** Older than its time to live on arrival: no pop-up, no chat, no escalation. */
  history: boolean;
  claimedBy?: string;
  /** Staff numbers that have been shown it. */
  shownTo: string[];
  /** Agent's verdict on the prompt. */
  useful?: boolean;
  timeline: Timeline;
  /** Why the last change happened, a code: finding, finding-gone, claim, resolve, seen, expired … */
  reason: string;
  /** To whom it went outside: one entry for each recipient; absent if to nobody. */
  deliveries?: AlertDelivery[];
}

/** What people do, written to `cases` by the console. */
export type CaseAction =
  | { kind: 'claim' }
  | { kind: 'release' }
  | { kind: 'resolve'; outcome: Outcome; note?: string }
  | { kind: 'delivered' }
  | { kind: 'seen' }
  | { kind: 'feedback'; useful: boolean };

export interface PersonAction {
  tenant: string;
  conversationId: string;
  alertId: string;
  actionId: string;
  /** Staff number of the person. */
  by: string;
  atMs: number;
  controlEpoch: number;
  action: CaseAction;
}

/**
 * All alerts of one life of a case as of an offset in `cases`. It says nothing of alerts whose version lies before
 * `life`: they belong to an earlier life, which has ended and told their last state.
 */
export interface AlertList {
  tenant: string;
  conversationId: string;
  /** Birth offset of the life. */
  life: number;
  asOf: number;
  alerts: Alert[];
}

/** A record of the alerts topic: one alert as of its version, or a conversation's whole list. */
export type AlertRecord = { kind: 'alert'; alert: Alert } | { kind: 'list'; list: AlertList };
