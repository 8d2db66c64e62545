import type { Routes } from '@earshot/model';
import { checkUrl, type UrlRules } from '../egress/url.js';
import { type PathFault, parseYamlFile, type YamlFault } from '../yaml-file.js';
import { routesSchema } from './schema.js';

export type ParsedRoutes = { ok: true; routes: Routes } | { ok: false; faults: YamlFault[] };

/**
 * Reads `routes.yaml`. Never throws: every mistake comes back with its place. `rules` are what the operator allows;
 * without them only what no operator could allow is refused, so that what was once published stays readable.
 */
export function parseRoutes(yaml: string, file = 'routes.yaml', rules: UrlRules = { http: true }): ParsedRoutes {
  const parsed = parseYamlFile(yaml, file, routesSchema, (data) => crossCheck(data, rules));
  return parsed.ok ? { ok: true, routes: parsed.data } : parsed;
}

function crossCheck({ routes, hosts }: Routes, rules: UrlRules): PathFault[] {
  const faults: PathFault[] = [];
  const seen = new Set<string>();
  routes.forEach((route, index) => {
    if (seen.has(route.id)) {
      faults.push({ path: ['routes', index, 'id'], code: 'route-repeated', message: `"${route.id}" is there twice` });
    }
    seen.add(route.id);
    const ofOperator = checkUrl(route.url, rules);
    const checked = ofOperator.ok && hosts ? checkUrl(route.url, { http: true, hosts }) : ofOperator;
    if (!checked.ok) faults.push({ path: ['routes', index, 'url'], code: checked.code, message: checked.message });
  });
  return faults;
}
