import type { Presence } from '@earshot/hints';
import { policyOf, type StaffPrincipal } from '@earshot/kit/access';
import type { People, Person } from '@earshot/model';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../access.js';

export interface PresenceRoutesDeps {
  access: Pick<Access, 'people'>;
  presence: Presence;
}

/** Of a long list, those who are there come first. */
const MOST_LISTED = 1_000;

/** Who of those that a supervisor answers for has a page open, at whichever console. */
export function registerPresenceRoutes(app: FastifyInstance, { access, presence }: PresenceRoutesDeps): void {
  const reached = new WeakMap<StaffPrincipal, readonly Person[]>();

  app.get<{ Querystring: { list?: string } }>(
    '/v1/presence',
    { config: { policy: 'presence.read' } },
    async (request) => {
      const principal = request.principal;
      if (principal?.kind !== 'staff') return { complete: false, here: 0, all: 0 };
      const { tenant } = principal;
      // Whom somebody may see changes with the people in force, and then the principal is another.
      const staff =
        reached.get(principal) ??
        staffOf(access.people(tenant)).filter(({ staffNumber, unit }) =>
          request.sees({ tenant, agents: [staffNumber], units: [unit] }),
        );
      reached.set(principal, staff);
      // Each of them was asked about when the list was made.
      request.ownerChecked = true;
      const { people, complete } = presence.here(tenant);
      const here = staff.filter(({ staffNumber }) => people.has(staffNumber));
      const counts = { complete, here: here.length, all: staff.length };
      if (request.query.list === undefined) return counts;
      const away = staff.filter(({ staffNumber }) => !people.has(staffNumber));
      const listed = [...here, ...away].slice(0, MOST_LISTED).map(({ staffNumber, name }) => {
        return { staffNumber, name, pages: [...(people.get(staffNumber) ?? [])].sort() };
      });
      return { ...counts, people: listed };
    },
  );
}

/** Whoever can have a page open at all. */
function staffOf(people: People | undefined): Person[] {
  const { roles: connecting } = policyOf('live.connect');
  return (people?.people ?? []).filter(({ roles, left }) => !left && roles.some((role) => connecting.includes(role)));
}
