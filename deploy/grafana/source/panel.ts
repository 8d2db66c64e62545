/** What a panel is, before it has a place on a dashboard. Titles are in both languages, Chinese first. */
export interface Words {
  zh: string;
  en: string;
}

export const both = ({ zh, en }: Words): string => `${zh} · ${en}`;

/** `${datasource}` is a variable of the dashboard, so that a panel never points to a source that is gone. */
const PROMETHEUS = { type: 'prometheus', uid: '${datasource}' };
const CLICKHOUSE = { type: 'grafana-clickhouse-datasource', uid: '${datasource}' };

export type Target = PromTarget | SqlTarget;

interface PromTarget {
  datasource: typeof PROMETHEUS;
  expr: string;
  legendFormat: string;
  instant?: true;
  range?: boolean;
}

interface SqlTarget {
  datasource: typeof CLICKHOUSE;
  editorType: 'sql';
  rawSql: string;
  /** 0: a time series, whose first column is the time; 1: a table. */
  format: 0 | 1;
}

/** A line for each series that the expression gives; the legend is in Prometheus' `{{label}}`. */
export const prom = (expr: string, legend: string | Words = ''): PromTarget => ({
  datasource: PROMETHEUS,
  expr: squeeze(expr),
  legendFormat: typeof legend === 'string' ? legend : both(legend),
});

/** The last value alone. */
export const promNow = (expr: string, legend: string | Words = ''): PromTarget => ({
  ...prom(expr, legend),
  instant: true,
  range: false,
});

export const sqlSeries = (rawSql: string): SqlTarget => sql(rawSql, 0);
export const sqlTable = (rawSql: string): SqlTarget => sql(rawSql, 1);

const sql = (rawSql: string, format: 0 | 1): SqlTarget => ({
  datasource: CLICKHOUSE,
  editorType: 'sql',
  rawSql: rawSql.replace(/^\n/, '').replace(/\s+$/, ''),
  format,
});

export type Unit = 's' | 'ms' | 'short' | 'percentunit' | 'bytes' | 'cps' | 'reqps' | 'none';

export interface Panel {
  title: Words;
  /** What it says and what to do about it. */
  help: Words;
  type: 'timeseries' | 'stat' | 'table' | 'bargauge';
  unit: Unit;
  width: number;
  targets: Target[];
  /** From this value on it is no longer fine, and then bad; for a share below instead of above. */
  limits?: { warn: number; bad: number; lowIsBad?: true };
  stacked?: true;
  /** Colours that mean something, by the name of the series or column. */
  colours?: Record<string, string>;
}

const panel =
  (type: Panel['type'], width: number) =>
  (title: Words, help: Words, unit: Unit, targets: Target[], more: Partial<Panel> = {}): Panel => ({
    title,
    help,
    type,
    unit,
    width,
    targets,
    ...more,
  });

/** A third of the width, unless said otherwise. */
export const lines = panel('timeseries', 8);
export const figure = panel('stat', 4);
export const table = panel('table', 12);
export const bars = panel('bargauge', 12);

const squeeze = (expr: string): string => expr.trim().replaceAll(/\s+/g, ' ');
