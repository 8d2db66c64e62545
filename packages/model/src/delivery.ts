import type { AlertVersion } from './alert.js';
import type { AlertState, Channel, Outcome, ParticipantRole, Severity } from './vocabulary.js';

/** Ways out of the house. */
export const DELIVERY_CHANNELS = ['webhook'] as const;
export type DeliveryChannel = (typeof DELIVERY_CHANNELS)[number];

export const DELIVERY_STATUSES = ['due', 'sent', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The last operation for an alert and one recipient, and what became of it; stands on the alert. */
export interface AlertDelivery {
  channel: DeliveryChannel;
  /** Id of the route. */
  recipient: string;
  /** The state of the alert that the recipient is told. */
  operation: AlertState;
  /** The change of the alert that made it due. */
  cause: AlertVersion;
  dueMs: number;
  status: DeliveryStatus;
  /** Why it failed, or what the receiver answered: `http-503`, `gone`, `timeout` … */
  code?: string;
  /** When it was sent or given up. */
  doneMs?: number;
  /** Attempts made; 0 until the result is in. */
  attempts: number;
}

/** What leaves the house; never more than the route allowed when it became due. */
export interface DeliveryContent {
  ruleId: string;
  title: string;
  severity: Severity;
  /** The alert that this one continues, because its anchor moved. */
  continues?: string;
  reason: string;
  outcome?: Outcome;
  /** Org units of the agents concerned. */
  units: string[];
  channel: Channel;
  businessLine?: string;
  skillGroup?: string;
  spokenMs: number;
  /** Masked words; only for a route that allows them. */
  evidence: { role: ParticipantRole; startMs: number; quote: string }[];
}

export interface DeliveryDue {
  kind: 'due';
  /** Stable name of this delivery: the receiver's idempotency key. */
  id: string;
  conversationId: string;
  alertId: string;
  operation: AlertState;
  cause: AlertVersion;
  /** Log time of the cause. */
  atMs: number;
  content: DeliveryContent;
}

/** An attempt failed and another will follow. */
export interface DeliveryAttempt {
  kind: 'attempt';
  id: string;
  attempts: number;
  code: string;
  /** Not before this, epoch ms. */
  nextAtMs: number;
}

/** The end of a delivery; it goes to the recipient's own log and, as a fact, to the case. */
export interface DeliveryResult {
  id: string;
  conversationId: string;
  alertId: string;
  channel: DeliveryChannel;
  recipient: string;
  operation: AlertState;
  cause: AlertVersion;
  status: Exclude<DeliveryStatus, 'due'>;
  /** `http-204` …; never anything that the receiver wrote. */
  code: string;
  atMs: number;
  attempts: number;
  controlEpoch: number;
}

/** A record of the deliveries topic. */
export interface DeliveryFact {
  tenant: string;
  channel: DeliveryChannel;
  recipient: string;
  body: DeliveryDue | DeliveryAttempt | { kind: 'result'; result: DeliveryResult };
}
