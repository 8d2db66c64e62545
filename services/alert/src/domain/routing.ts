import type { Alert, Route } from '@earshot/model';

/** What was in force for one tenant as of an epoch of the control topic. */
export interface RoutingTable {
  routes: readonly Route[];
  /** Units of a person, the own one first, then those above it. */
  unitsOf(staffNumber: string): readonly string[];
}

/** The past of the control topic: the same epoch always gives the same table. */
export interface Routing {
  /** Whether everything up to this epoch has been read here. */
  known(epoch: number): boolean;
  at(tenant: string, epoch: number): RoutingTable;
}

export const NO_ROUTES: RoutingTable = { routes: [], unitsOf: () => [] };

export function isFor(route: Route, alert: Alert, table: RoutingTable): boolean {
  if (!route.severities.includes(alert.finding.severity)) return false;
  const { skillGroup } = alert.summary;
  if (route.skillGroups && (skillGroup === undefined || !route.skillGroups.includes(skillGroup))) return false;
  if (!route.units) return true;
  return alert.agents.some((agent) => table.unitsOf(agent).some((unit) => route.units?.includes(unit)));
}
