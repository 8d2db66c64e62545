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

type UnitsByPerson = ReadonlyMap<string, readonly string[]>;

interface OfTenant {
  routes: Published<readonly Route[]>[];
  people: Published<() => UnitsByPerson>[];
}

const NONE: OfTenant = { routes: [], people: [] };

export function createControlPast(): ControlPast {
  const tenants = new Map<string, OfTenant>();
  let highest = 0;
  return {
    take(record) {
      highest = Math.max(highest, record.epoch);
      const of = tenants.get(record.tenant) ?? { routes: [], people: [] };
      tenants.set(record.tenant, of);
      const { content, epoch } = record;
      if (content.kind === 'routes') {
        const parsed = parseRoutes(content.yaml);
        if (parsed.ok) insert(of.routes, epoch, parsed.routes.routes);
      } else if (content.kind === 'people') insert(of.people, epoch, unitsOnDemand(content.yaml));
    },
    known: (asked) => asked <= highest,
    at(tenant, asked) {
      const of = tenants.get(tenant) ?? NONE;
      const units = asOf(of.people, asked)?.content;
      return {
        routes: asOf(of.routes, asked)?.content ?? [],
        unitsOf: (staffNumber) => units?.().get(staffNumber) ?? [],
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

/** Read when first asked for: of a long past most lists of people are never needed. */
function unitsOnDemand(yaml: string): () => UnitsByPerson {
  let made: UnitsByPerson | undefined;
  return () => {
    const parsed = made === undefined ? parsePeople(yaml) : undefined;
    if (parsed) made = parsed.ok ? unitsByPerson(parsed.people) : new Map();
    return made ?? new Map();
  };
}

function unitsByPerson({ people, units }: People): UnitsByPerson {
  const parents = new Map(units.map(({ id, parent }) => [id, parent]));
  return new Map(
    people.map(({ staffNumber, unit }) => {
      const own: string[] = [];
      for (let one: string | undefined = unit; one !== undefined; one = parents.get(one)) own.push(one);
      return [staffNumber, own];
    }),
  );
}
