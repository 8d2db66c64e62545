import { parsePeople } from '@earshot/kit/access';
import { parseRoutes } from '@earshot/kit/routes';
import type { ControlRecord, People, Route } from '@earshot/model';

/** Routes and people as of every epoch, for decisions that are made again. */
export interface ControlPast {
  take(record: ControlRecord): void;
  known(epoch: number): boolean;
  at(tenant: string, epoch: number): { routes: readonly Route[]; unitsOf(staffNumber: string): readonly string[] };
  /** In force now, and since which epoch; 0: nothing has been published. */
  routes(tenant: string): { epoch: number; routes: readonly Route[] };
}

interface Published<T> {
  epoch: number;
  content: T;
}

interface OfTenant {
  routes: Published<readonly Route[]>[];
  people: Published<Map<string, readonly string[]>>[];
}

const NONE: OfTenant = { routes: [], people: [] };

/** `epoch`: the highest that the control topic has been read to. */
export function createControlPast(epoch: () => number): ControlPast {
  const tenants = new Map<string, OfTenant>();
  return {
    take(record) {
      const of = tenants.get(record.tenant) ?? { routes: [], people: [] };
      tenants.set(record.tenant, of);
      if (record.content.kind === 'routes') {
        const parsed = parseRoutes(record.content.yaml);
        if (parsed.ok) insert(of.routes, record.epoch, parsed.routes.routes);
      } else if (record.content.kind === 'people') {
        const parsed = parsePeople(record.content.yaml);
        if (parsed.ok) insert(of.people, record.epoch, unitsByPerson(parsed.people));
      }
    },
    known: (asked) => asked <= epoch(),
    at(tenant, asked) {
      const of = tenants.get(tenant) ?? NONE;
      const units = asOf(of.people, asked)?.content;
      return {
        routes: asOf(of.routes, asked)?.content ?? [],
        unitsOf: (staffNumber) => units?.get(staffNumber) ?? [],
      };
    },
    routes(tenant) {
      const last = tenants.get(tenant)?.routes.at(-1);
      return { epoch: last?.epoch ?? 0, routes: last?.content ?? [] };
    },
  };
}

/** Kept in the order of epochs; of two with the same the one that was read last. */
function insert<T>(list: Published<T>[], epoch: number, content: T): void {
  const after = list.findLastIndex((one) => one.epoch <= epoch) + 1;
  list.splice(after, 0, { epoch, content });
}

function asOf<T>(list: readonly Published<T>[], epoch: number): Published<T> | undefined {
  return list.findLast((one) => one.epoch <= epoch);
}

function unitsByPerson({ people, units }: People): Map<string, readonly string[]> {
  const parents = new Map(units.map(({ id, parent }) => [id, parent]));
  return new Map(
    people.map(({ staffNumber, unit }) => {
      const own: string[] = [];
      for (let one: string | undefined = unit; one !== undefined; one = parents.get(one)) own.push(one);
      return [staffNumber, own];
    }),
  );
}
