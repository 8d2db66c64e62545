import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

/** As Grafana reads it: the committed file. */
export interface DashboardFile {
  uid: string;
  title: string;
  panels: PanelFile[];
  templating: { list: { name: string; type: string; query: unknown }[] };
}

export interface PanelFile {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { type: string; uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: { defaults: { unit: string } };
  targets?: TargetFile[];
}

export interface TargetFile {
  refId: string;
  datasource: { type: string; uid: string };
  expr?: string;
  rawSql?: string;
  format?: number;
}

export function readDashboard(name: string): DashboardFile {
  return JSON.parse(readFileSync(`${DEPLOY}grafana/dashboards/${name}.json`, 'utf8')) as DashboardFile;
}

/** Every target with the panel that it stands in. */
export function targetsOf({ panels }: DashboardFile): { panel: string; target: TargetFile }[] {
  return panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ panel: title, target })));
}
