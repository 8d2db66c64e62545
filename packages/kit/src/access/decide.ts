import { EarshotError, type StaffRole } from '@earshot/model';
import { type Policy, type PolicyName, policyOf, REACH } from './policy.js';
import type { Principal, Resource, StaffPrincipal } from './principal.js';

export type DenyCode = 'unauthenticated' | 'left' | 'tenant-mismatch' | 'role-missing' | 'scope-missing' | 'not-yours';

export type Decision = { allow: true } | { allow: false; code: DenyCode };

const ALLOW: Decision = { allow: true };
const deny = (code: DenyCode): Decision => ({ allow: false, code });

/**
 * Whether the principal may do what the policy guards, to this resource. `resource` is required where the policy's
 * ownership is `own-conversation` or `team`: without it nobody owns the thing, and the answer is no.
 */
export function decide(name: PolicyName, principal: Principal | undefined, resource?: Resource): Decision {
  const policy = policyOf(name);
  const admitted = admit(policy, principal, resource?.tenant);
  if (!admitted.allow || policy.ownership === 'public' || principal?.kind !== 'staff') return admitted;
  if (policy.ownership === 'own-conversation') {
    return resource?.agents.includes(principal.staffNumber) ? ALLOW : deny('not-yours');
  }
  if (policy.ownership === 'team') {
    const roles = principal.roles.filter((role) => policy.roles.includes(role));
    return resource && roles.some((role) => reaches(role, principal, resource)) ? ALLOW : deny('not-yours');
  }
  return ALLOW;
}

/** The part of `decide` that can be answered at the door, before the thing itself has been looked up. */
export function decideAtDoor(name: PolicyName, principal: Principal | undefined): Decision {
  return admit(policyOf(name), principal, undefined);
}

/** Whether only `decide` with a resource can give the final answer. */
export function needsResource(name: PolicyName): boolean {
  const { ownership } = policyOf(name);
  return ownership === 'own-conversation' || ownership === 'team';
}

const SENTENCES: Record<DenyCode, string> = {
  unauthenticated: 'sign in, or send a valid API key',
  left: 'this person no longer works here',
  'tenant-mismatch': 'this belongs to another tenant',
  'role-missing': 'your role does not allow this',
  'scope-missing': 'this API key does not allow this',
  'not-yours': 'this conversation is outside what you may see',
};

/** Throws the denial as a coded error. */
export function enforce(decision: Decision): void {
  if (!decision.allow) throw new EarshotError(decision.code, SENTENCES[decision.code]);
}

function admit(policy: Policy, principal: Principal | undefined, tenant: string | undefined): Decision {
  if (policy.ownership === 'public') return ALLOW;
  if (!principal) return deny('unauthenticated');
  if (principal.kind === 'staff' && principal.left) return deny('left');
  if (tenant !== undefined && tenant !== principal.tenant) return deny('tenant-mismatch');
  if (principal.kind === 'integration') {
    return policy.scopes.some((scope) => principal.scopes.includes(scope)) ? ALLOW : deny('scope-missing');
  }
  return policy.roles.some((role) => principal.roles.includes(role)) ? ALLOW : deny('role-missing');
}

function reaches(role: StaffRole, principal: StaffPrincipal, resource: Resource): boolean {
  const reach = REACH[role];
  switch (reach) {
    case 'tenant':
      return true;
    case 'units-below':
      return resource.unassigned === true || resource.units.some((unit) => principal.unitsBelow.has(unit));
    case 'own-unit':
      return resource.units.includes(principal.unit);
    case 'own-conversations':
      return resource.agents.includes(principal.staffNumber);
    case 'nothing':
      return false;
  }
}
