import { ANALYSIS } from './analysis.js';
import { render } from './dashboard.js';
import { OPERATIONS } from './operations.js';

export const DASHBOARDS = { operations: OPERATIONS, analysis: ANALYSIS };

/** File name → what lies in it, under `deploy/grafana/dashboards/`. */
export function dashboardFiles(): Map<string, string> {
  return new Map(
    Object.entries(DASHBOARDS).map(([name, dashboard]) => [
      `${name}.json`,
      `${JSON.stringify(render(dashboard), undefined, 2)}\n`,
    ]),
  );
}
