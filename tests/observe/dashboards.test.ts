import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dashboardFiles } from '../../deploy/grafana/source/all.js';
import { DEPLOY, type PanelFile, readDashboard, targetsOf } from './dashboards.js';

const FILES = readdirSync(`${DEPLOY}grafana/dashboards`);
const NAMES = ['operations', 'analysis'];
const TYPES: Record<string, string> = { operations: 'prometheus', analysis: 'grafana-clickhouse-datasource' };

test('the committed dashboards are what their source says: node scripts/dashboards.mjs writes them', () => {
  const made = dashboardFiles();
  expect(FILES.sort()).toEqual([...made.keys()].sort());
  for (const [name, text] of made) expect(readFileSync(`${DEPLOY}grafana/dashboards/${name}`, 'utf8')).toBe(text);
});

describe.each(NAMES)('the dashboard %s', (name) => {
  const dashboard = readDashboard(name);
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  test('has Chinese and English titles and help everywhere, Chinese first', () => {
    const titles = [dashboard.title, ...dashboard.panels.map(({ title }) => title)];
    const help = panels.map(({ description = '' }) => description);
    for (const words of [...titles, ...help]) expect(words).toMatch(/^.*\S · [^\u4e00-\u9fff]+$/);
    const chinese = titles.filter((words) => /\p{Script=Han}/u.test(words));
    // CPU and the like are the same in both.
    expect(titles.length - chinese.length).toBeLessThanOrEqual(1);
  });

  test('names each panel once, gives each a unit, and lays none over another', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(panels.every(({ fieldConfig }) => fieldConfig?.defaults.unit)).toBe(true);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    const over = dashboard.panels.flatMap((one, index) =>
      dashboard.panels
        .slice(index + 1)
        .flatMap((other) => (overlap(one, other) ? [`${one.title} / ${other.title}`] : [])),
    );
    expect(over).toEqual([]);
  });

  test('asks the data source that is chosen at its top, in every panel', () => {
    const wanted = { type: TYPES[name], uid: '${datasource}' };
    expect(panels.map(({ datasource }) => datasource)).toEqual(panels.map(() => wanted));
    expect(targetsOf(dashboard).map(({ target }) => target.datasource)).toEqual(targetsOf(dashboard).map(() => wanted));
    expect(panels.every(({ targets = [] }) => targets.length > 0)).toBe(true);
    const [source] = dashboard.templating.list;
    expect(source).toMatchObject({ name: 'datasource', type: 'datasource', query: TYPES[name] });
  });
});

test('Grafana finds both data sources and the folder of the dashboards', () => {
  const read = (path: string) => parse(readFileSync(`${DEPLOY}grafana/provisioning/${path}`, 'utf8')) as unknown;
  const { datasources } = read('datasources/earshot.yaml') as { datasources: { type: string; uid: string }[] };
  expect(datasources.map(({ type }) => type)).toEqual(NAMES.map((name) => TYPES[name]));
  const passwords = JSON.stringify(datasources).match(/"password":"[^"]*"/g);
  expect(passwords).toEqual(['"password":"${EARSHOT_CLICKHOUSE_READER_PASSWORD}"']);
  const { providers } = read('dashboards/earshot.yaml') as { providers: { type: string; options: object }[] };
  expect(providers).toMatchObject([{ type: 'file', options: { path: '/etc/grafana/dashboards/earshot' } }]);
});

function overlap({ gridPos: a }: PanelFile, { gridPos: b }: PanelFile): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
