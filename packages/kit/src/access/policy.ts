import type { StaffRole } from '@earshot/model';

/** What an API key may be given. */
export const API_SCOPES = [
  'ingest:write',
  'metrics:read',
  'tools:read',
  'tools:write',
  'rules:read',
  'rules:write',
] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/**
 * What the thing asked for belongs to:
 * - `public`: nobody in particular; no credential needed.
 * - `own-conversation`: the agents who are in the conversation.
 * - `team`: the units of those agents; how far a person sees is a matter of the role (`REACH`).
 * - `tenant`: the tenant as a whole.
 * - `integration`: a machine of the tenant, by API key.
 */
export type Ownership = 'public' | 'own-conversation' | 'team' | 'tenant' | 'integration';

export interface Policy {
  ownership: Ownership;
  roles: readonly StaffRole[];
  scopes: readonly ApiScope[];
}

/** How far a role sees when the thing belongs to a team. */
export type Reach = 'own-conversations' | 'own-unit' | 'units-below' | 'tenant' | 'nothing';

export const REACH: Record<StaffRole, Reach> = {
  agent: 'own-conversations',
  'team-lead': 'own-unit',
  'floor-supervisor': 'units-below',
  inspector: 'tenant',
  'inspection-lead': 'tenant',
  // These three run the system and read no conversation.
  'rule-admin': 'nothing',
  'system-admin': 'nothing',
  auditor: 'nothing',
};

const EVERYONE: StaffRole[] = [
  'agent',
  'team-lead',
  'floor-supervisor',
  'inspector',
  'inspection-lead',
  'rule-admin',
  'system-admin',
  'auditor',
];
const LEADS: StaffRole[] = ['team-lead', 'floor-supervisor'];
const INSPECTION: StaffRole[] = ['inspector', 'inspection-lead'];

/** Every HTTP route, gRPC method and WebSocket message names one of these; what is not here is denied. */
export const POLICY = {
  // Doors that anybody may knock at.
  'health.read': open(),
  'reflection.read': open(),
  'docs.read': open(),
  'page.read': open(),
  'session.create': open(),

  // Machines of the contact centre.
  'ingest.append': machine('ingest:write'),
  'metrics.read': staffOf('tenant', ['system-admin'], ['metrics:read']),
  'tools.tail': machine('tools:read'),
  'tools.query': machine('tools:read'),

  // Anybody who has signed in.
  'session.read': staffOf('tenant', EVERYONE),
  'session.delete': staffOf('tenant', EVERYONE),
  'live.connect': staffOf('tenant', ['agent', ...LEADS, ...INSPECTION]),

  // The desk of the agent who is in the conversation.
  'live.desk': staffOf('tenant', ['agent']),
  'alert.feedback': staffOf('own-conversation', ['agent']),

  // Conversations and alerts, as far as the role reaches.
  'live.wall': staffOf('tenant', [...LEADS, ...INSPECTION]),
  'conversation.list': staffOf('tenant', [...LEADS, ...INSPECTION]),
  // Who is at work: of those whose conversations they see.
  'presence.read': staffOf('team', [...LEADS, ...INSPECTION]),
  'conversation.read': staffOf('team', ['agent', ...LEADS, ...INSPECTION]),
  'alert.read': staffOf('team', ['agent', ...LEADS, ...INSPECTION]),
  'alert.delivered': staffOf('team', ['agent', ...LEADS, ...INSPECTION]),
  'alert.seen': staffOf('team', ['agent', ...LEADS, ...INSPECTION]),
  'alert.claim': staffOf('team', LEADS),
  'alert.release': staffOf('team', LEADS),
  'alert.resolve': staffOf('team', LEADS),

  // The tenant's own order.
  'rules.read': staffOf('tenant', ['rule-admin', 'inspection-lead', 'auditor'], ['rules:read', 'rules:write']),
  'rules.publish': staffOf('tenant', ['rule-admin'], ['rules:write']),
  'people.read': staffOf('tenant', ['system-admin', 'auditor']),
  'people.publish': staffOf('tenant', ['system-admin']),
  'analysis.read': staffOf('tenant', ['inspection-lead', 'floor-supervisor']),
  // What could not be used. Who runs the system sees what and why, who reads conversations what was said.
  'dead-letters.read': staffOf('tenant', ['system-admin', 'auditor'], ['tools:read']),
  'dead-letters.text': staffOf('tenant', ['inspection-lead'], ['tools:read']),
  'dead-letters.handle': staffOf('tenant', ['system-admin'], ['tools:write']),
  'audit.read': staffOf('tenant', ['auditor']),
} as const satisfies Record<string, Policy>;

export type PolicyName = keyof typeof POLICY;

export const POLICY_NAMES = Object.keys(POLICY) as PolicyName[];

export function isPolicyName(name: unknown): name is PolicyName {
  return typeof name === 'string' && Object.hasOwn(POLICY, name);
}

export function policyOf(name: PolicyName): Policy {
  return POLICY[name];
}

function open(): Policy {
  return { ownership: 'public', roles: [], scopes: [] };
}

function machine(...scopes: ApiScope[]): Policy {
  return { ownership: 'integration', roles: [], scopes };
}

function staffOf(
  ownership: 'own-conversation' | 'team' | 'tenant',
  roles: readonly StaffRole[],
  scopes: readonly ApiScope[] = [],
): Policy {
  return { ownership, roles, scopes };
}
