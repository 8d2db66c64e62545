import type { StaffRole } from './vocabulary.js';

/** A node of the organisation: `parent` absent at the top. */
export interface OrgUnit {
  id: string;
  name: string;
  parent?: string;
}

export interface Person {
  staffNumber: string;
  name: string;
  roles: StaffRole[];
  /** Org unit the person belongs to: a team lead sees it, a floor supervisor sees it and everything below. */
  unit: string;
  /** Has left the company: still names old conversations, but may do nothing. */
  left?: boolean;
}

/** One tenant's people, as `people.yaml` gives them. */
export interface People {
  tenant: string;
  units: OrgUnit[];
  people: Person[];
}

/** The unit itself and every unit below it. */
export function unitsBelow(people: People, unit: string): Set<string> {
  const found = new Set([unit]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const candidate of people.units) {
      if (candidate.parent && found.has(candidate.parent) && !found.has(candidate.id)) {
        found.add(candidate.id);
        grew = true;
      }
    }
  }
  return found;
}
