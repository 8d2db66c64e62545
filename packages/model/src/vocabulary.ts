/** The closed word lists that every part shares. Order is meaning where it says so. */

export const CHANNELS = ['voice', 'chat', 'video', 'email', 'social'] as const;
export type Channel = (typeof CHANNELS)[number];

export const DIRECTIONS = ['inbound', 'outbound', 'internal'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const PARTICIPANT_ROLES = ['customer', 'agent', 'supervisor', 'bot', 'ivr', 'third-party'] as const;
export type ParticipantRole = (typeof PARTICIPANT_ROLES)[number];

/** Rising order: a later word is more severe. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Only these interrupt a person; medium waits in the inbox, low is only stored. */
export function interrupts(severity: Severity): boolean {
  return severity === 'high' || severity === 'critical';
}

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

export const CALL_STEPS = ['hold', 'resume', 'consult', 'warm-transfer', 'cold-transfer', 'conference'] as const;
export type CallStep = (typeof CALL_STEPS)[number];

export const ALERT_STATES = ['raised', 'claimed', 'resolved', 'retracted', 'expired'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** States that nothing follows. */
export function isFinalState(state: AlertState): boolean {
  return state === 'resolved' || state === 'retracted' || state === 'expired';
}

export const OUTCOMES = ['rescued', 'false-alarm', 'too-late', 'other'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const STAFF_ROLES = [
  'agent',
  'team-lead',
  'floor-supervisor',
  'inspector',
  'inspection-lead',
  'rule-admin',
  'system-admin',
  'auditor',
] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];
