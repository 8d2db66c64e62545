import { existsSync } from 'node:fs';
import {
  givenRules,
  noRoutes,
  ruleFilesIn,
  type Wanted,
  wantedPeople,
  wantedRoutes,
  wantedRules,
} from '@earshot/control';
import { readConfig } from '@earshot/kit';
import { createEgress, egressSettings, egressShape } from '@earshot/kit/egress';
import type { ControlView } from '@earshot/log';
import { loadStarterRulebook } from '@earshot/rulebooks';
import { z } from 'zod';

export interface GivenFiles {
  people: string;
  /** Folder of rule files that stand alone; absent: the shipped ones and those of `ownRules`. */
  rules?: string;
  ownRules?: string;
  /** Absent, or not there: nobody is told outside. */
  routes?: string;
}

/** Reads and checks the files; throws as `wantedPeople`, `wantedRules` and `wantedRoutes` do (exit code 2). */
export async function wantedOf(
  { people, rules, ownRules, routes }: GivenFiles,
  env: Record<string, string | undefined>,
): Promise<[Wanted, ...Wanted[]]> {
  const staff = wantedPeople(people);
  const own = ownRules === undefined ? {} : ruleFilesIn(ownRules);
  const files = rules === undefined ? { ...loadStarterRulebook(), ...own } : givenRules(rules);
  const wanted: [Wanted, ...Wanted[]] = [staff, wantedRules(staff.tenant, files)];
  if (routes === undefined || !existsSync(routes)) return wanted;
  // As `alert` will have it, which reads the same settings.
  const egress = createEgress(egressSettings(readConfig(z.object(egressShape), { env })));
  wanted.push(wantedRoutes(staff.tenant, routes, egress.rules));
  await egress.close();
  return wanted;
}

/** Routes that were once published and whose file is gone are taken back. */
export function noRoutesIfGone(wanted: readonly [Wanted, ...Wanted[]], control: ControlView): readonly Wanted[] {
  const [{ tenant }] = wanted;
  const given = wanted.some(({ content }) => content.kind === 'routes');
  return given || !control.latest(tenant, 'routes') ? wanted : [...wanted, noRoutes(tenant)];
}
