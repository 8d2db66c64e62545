import { type People, type StaffRole, unitsBelow } from '@earshot/model';
import type { ApiScope } from './policy.js';

/** Who asks. Made from a credential, never from a payload. */
export type Principal = StaffPrincipal | IntegrationPrincipal;

export interface StaffPrincipal {
  kind: 'staff';
  tenant: string;
  staffNumber: string;
  roles: readonly StaffRole[];
  unit: string;
  /** The own unit and all below it. */
  unitsBelow: ReadonlySet<string>;
  left: boolean;
}

export interface IntegrationPrincipal {
  kind: 'integration';
  tenant: string;
  keyId: string;
  scopes: readonly ApiScope[];
}

/** What is asked for: a conversation, or an alert of one. */
export interface Resource {
  tenant: string;
  /** Staff numbers of the agents who are or were in the conversation. */
  agents: readonly string[];
  /** Their units. */
  units: readonly string[];
  /** No known agent is in it: every floor supervisor of the tenant sees it, so that it never goes unseen. */
  unassigned?: boolean;
}

/** The person as a principal; undefined: nobody of that number works in this tenant. */
export function staffPrincipal(people: People, staffNumber: string): StaffPrincipal | undefined {
  const person = people.people.find((candidate) => candidate.staffNumber === staffNumber);
  if (!person) return undefined;
  return {
    kind: 'staff',
    tenant: people.tenant,
    staffNumber,
    roles: person.roles,
    unit: person.unit,
    unitsBelow: unitsBelow(people, person.unit),
    left: person.left ?? false,
  };
}

/**
 * A conversation as a resource. One that no known agent has joined yet (queue, bot, a centre that sends no staff
 * numbers) belongs to the top of the organisation and to every floor supervisor, so that somebody sees it.
 */
export function conversationResource(people: People, agents: readonly string[]): Resource {
  const known = people.people.filter((person) => agents.includes(person.staffNumber));
  const top = people.units.filter((unit) => unit.parent === undefined);
  const units = known.length > 0 ? known.map((person) => person.unit) : top.map((unit) => unit.id);
  return { tenant: people.tenant, agents, units: [...new Set(units)], unassigned: known.length === 0 };
}
