import { createHash } from 'node:crypto';
import { conversationResource, type Resource, type StaffPrincipal, staffPrincipal } from '@earshot/kit/access';
import type { People, Person } from '@earshot/model';

/** The people in force, by tenant. A change hands out a new object. */
export interface PeopleView {
  people(tenant: string): People | undefined;
  /** Called after the people of a tenant changed; returns the way to stop listening. */
  onChange(listener: (tenant: string) => void): () => void;
}

/** Who somebody is and what belongs to whom, as of the people in force now. */
export interface Access {
  people(tenant: string): People | undefined;
  person(tenant: string, staffNumber: string): Person | undefined;
  principal(tenant: string, staffNumber: string): StaffPrincipal | undefined;
  resource(tenant: string, agents: readonly string[]): Resource;
  /** Differs whenever the people of the tenant differ; the same on every node. */
  fingerprint(tenant: string): string;
}

interface Derived {
  people: People;
  persons: Map<string, Person>;
  principals: Map<string, StaffPrincipal | undefined>;
  fingerprint: string;
}

/** Derived once per publication of people: with thousands of staff the search by number must not be per message. */
export function createAccess(view: Pick<PeopleView, 'people'>): Access {
  const byTenant = new Map<string, Derived>();

  function derived(tenant: string): Derived | undefined {
    const people = view.people(tenant);
    if (!people) return undefined;
    const known = byTenant.get(tenant);
    if (known?.people === people) return known;
    const fresh: Derived = {
      people,
      persons: new Map(people.people.map((person) => [person.staffNumber, person])),
      principals: new Map(),
      fingerprint: createHash('sha256').update(JSON.stringify(people)).digest('base64url').slice(0, 16),
    };
    byTenant.set(tenant, fresh);
    return fresh;
  }

  return {
    people: (tenant) => view.people(tenant),
    person: (tenant, staffNumber) => derived(tenant)?.persons.get(staffNumber),
    principal(tenant, staffNumber) {
      const found = derived(tenant);
      if (!found?.persons.has(staffNumber)) return undefined;
      if (!found.principals.has(staffNumber)) {
        found.principals.set(staffNumber, staffPrincipal(found.people, staffNumber));
      }
      return found.principals.get(staffNumber);
    },
    resource(tenant, agents) {
      const found = derived(tenant);
      return found ? conversationResource(found.people, agents) : { tenant, agents, units: [] };
    },
    fingerprint: (tenant) => derived(tenant)?.fingerprint ?? '',
  };
}
