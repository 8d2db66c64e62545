import { both, type Panel, type Words } from './panel.js';

export interface Row {
  title: Words;
  panels: Panel[];
}

export interface Dashboard {
  uid: string;
  title: Words;
  help: Words;
  tag: string;
  /** Type of the data source that the variable `datasource` chooses from. */
  source: 'prometheus' | 'grafana-clickhouse-datasource';
  from: string;
  refresh: string;
  variables?: object[];
  rows: Row[];
}

const WIDTH = 24;
const HEIGHTS = { stat: 4, timeseries: 8, table: 9, bargauge: 8 } as const;

/** The dashboard as Grafana reads it from a file; every field is one that Grafana 11 and newer write themselves. */
export function render({ uid, title, help, tag, source, from, refresh, variables = [], rows }: Dashboard): object {
  return {
    uid,
    title: both(title),
    description: both(help),
    tags: ['earshot', tag],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: 'browser',
    time: { from, to: 'now' },
    refresh,
    templating: { list: [sourceVariable(source), ...variables] },
    annotations: { list: [] },
    links: [{ type: 'dashboards', title: 'Earshot', tags: ['earshot'], asDropdown: false, keepTime: true }],
    panels: placed(rows),
  };
}

/** Rows from top to bottom, panels from left to right; a panel that does not fit begins a new line. */
function placed(rows: readonly Row[]): object[] {
  const panels: object[] = [];
  let id = 0;
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: ++id,
      type: 'row',
      title: both(row.title),
      collapsed: false,
      gridPos: at(0, y++, WIDTH, 1),
      panels: [],
    });
    let x = 0;
    let lineHeight = 0;
    for (const panel of row.panels) {
      const height = HEIGHTS[panel.type];
      if (x + panel.width > WIDTH) {
        x = 0;
        y += lineHeight;
        lineHeight = 0;
      }
      panels.push(rendered(panel, ++id, at(x, y, panel.width, height)));
      x += panel.width;
      lineHeight = Math.max(lineHeight, height);
    }
    y += lineHeight;
  }
  return panels;
}

const at = (x: number, y: number, w: number, h: number) => ({ x, y, w, h });

function rendered(panel: Panel, id: number, gridPos: object): object {
  const { title, help, type, unit, targets, limits, stacked, colours = {} } = panel;
  const steps = limits ? stepsOf(limits) : [{ color: type === 'timeseries' ? 'green' : 'text', value: null }];
  return {
    id,
    type,
    title: both(title),
    description: both(help),
    datasource: targets[0]?.datasource,
    gridPos,
    fieldConfig: {
      defaults: {
        unit,
        ...(unit === 'percentunit' ? { min: 0, max: 1 } : { min: 0 }),
        thresholds: { mode: 'absolute', steps },
        color: { mode: type === 'timeseries' ? 'palette-classic' : 'thresholds' },
        custom: type === 'timeseries' ? lineStyle(stacked, limits !== undefined) : {},
      },
      overrides: Object.entries(colours).map(([name, fixedColor]) => ({
        matcher: { id: 'byName', options: name },
        properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
      })),
    },
    options: OPTIONS[type],
    targets: targets.map((target, index) => ({ refId: String.fromCharCode(65 + index), ...target })),
  };
}

function stepsOf({ warn, bad, lowIsBad }: NonNullable<Panel['limits']>): object[] {
  const [low, middle, high] = lowIsBad ? ['red', 'orange', 'green'] : ['green', 'orange', 'red'];
  const [first, second] = lowIsBad ? [bad, warn] : [warn, bad];
  return [
    { color: low, value: null },
    { color: middle, value: first },
    { color: high, value: second },
  ];
}

const lineStyle = (stacked: true | undefined, limited: boolean) => ({
  drawStyle: 'line',
  lineWidth: 1,
  fillOpacity: stacked ? 30 : 8,
  showPoints: 'never',
  spanNulls: false,
  stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
  thresholdsStyle: { mode: limited ? 'line' : 'off' },
});

const LAST = { calcs: ['lastNotNull'], fields: '', values: false };
const OPTIONS = {
  timeseries: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  stat: { reduceOptions: LAST, colorMode: 'value', graphMode: 'area', textMode: 'auto' },
  table: { showHeader: true, cellHeight: 'sm' },
  bargauge: { reduceOptions: LAST, orientation: 'horizontal', displayMode: 'basic', showUnfilled: true },
};

function sourceVariable(query: Dashboard['source']): object {
  return {
    name: 'datasource',
    type: 'datasource',
    label: '数据源 · Source',
    query,
    refresh: 1,
    hide: 0,
    includeAll: false,
    multi: false,
    current: {},
    options: [],
    regex: '',
  };
}
