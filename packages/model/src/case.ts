import type { PersonAction } from './alert.js';
import type { EngineBody } from './conversation.js';
import type { DeliveryResult } from './delivery.js';
import type { StandingSet } from './finding.js';

/** What alerting decides from: findings as whole sets, what people did, what was delivered, its own engine's facts. */
export type CaseBody =
  | { kind: 'standing'; set: StandingSet }
  | { kind: 'action'; action: PersonAction }
  | { kind: 'delivery'; result: DeliveryResult }
  | EngineBody;

/** A record of the cases topic. */
export interface CaseFact {
  tenant: string;
  /** Empty for a takeover, which belongs to the partition. */
  conversationId: string;
  body: CaseBody;
}
