import { readFileSync } from 'node:fs';
import { createScope, type MetricDescription } from '@earshot/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { DEPLOY, readDashboard, targetsOf } from './dashboards.js';
import { selectedIn } from './promql.js';
import { ADDED, registeredMetrics } from './registered.js';

interface RuleFile {
  groups: { rules: { record?: string; alert?: string; expr: string }[] }[];
}

const rulesOf = (file: string) =>
  (parse(readFileSync(`${DEPLOY}prometheus/rules/${file}`, 'utf8')) as RuleFile).groups.flatMap(({ rules }) => rules);

const recording = rulesOf('recording.yml');
const alerts = rulesOf('alerts.yml');
const panels = targetsOf(readDashboard('operations'));
const asked = [
  ...recording.map(({ record = '', expr }) => ({ where: record, expr })),
  ...alerts.map(({ alert = '', expr }) => ({ where: alert, expr })),
  ...panels.map(({ panel, target: { expr = '' } }) => ({ where: panel, expr })),
];

describe('what dashboards and rules ask Prometheus for', () => {
  const scope = createScope();
  let registered: Map<string, MetricDescription>;
  /** What a recording rule gives carries the labels of what it was made of. */
  let recorded: Map<string, string[]>;
  beforeAll(async () => {
    registered = await registeredMetrics(scope);
    const labelsOf = (expr: string) => selectedIn(expr).flatMap(({ labels }) => labels);
    recorded = new Map(recording.map(({ record = '', expr }) => [record, labelsOf(expr)]));
  });
  afterAll(() => scope.close());

  function faultsOf(expr: string): string[] {
    return selectedIn(expr).flatMap(({ metric, labels }) => {
      if (metric === 'up') return [];
      const known = registered.get(metric)?.labels ?? recorded.get(metric);
      if (!known) return [`nobody exports ${metric}`];
      const allowed = new Set([...known, ...ADDED]);
      return labels.filter((label) => !allowed.has(label)).map((label) => `${metric} has no label ${label}`);
    });
  }

  test('is exported by a service, with the labels that they match and group by', () => {
    expect(asked.length).toBeGreaterThan(60);
    expect(asked.flatMap(({ where, expr }) => faultsOf(expr).map((fault) => `${where}: ${fault}`))).toEqual([]);
  });

  test('a metric or a label that nobody has would be found', () => {
    expect(faultsOf('sum by (topic) (rate(earshot_log_appended_totals[5m]))')).toEqual([
      'nobody exports earshot_log_appended_totals',
    ]);
    expect(faultsOf('earshot_log_lag_seconds{partition="3"}')).toEqual([
      'earshot_log_lag_seconds has no label partition',
    ]);
    expect(faultsOf('sum by (agent) (earshot_alerts_raised_total)')).toEqual([
      'earshot_alerts_raised_total has no label agent',
    ]);
    expect(() => selectedIn('sum by (')).toThrow('no PromQL');
  });

  test('no metric of ours is labelled with who spoke or which conversation it was', () => {
    const labels = new Set([...registered.values()].flatMap((one) => [...one.labels]));
    const bounded = ['code', 'fold', 'group', 'interrupting', 'le', 'method', 'reason', 'route', 'severity'];
    const alsoBounded = ['stage', 'status', 'table', 'topic'];
    expect([...labels].sort()).toEqual([...bounded, ...alsoBounded].sort());
  });

  test('every alert stands in the guide with what to do about it', () => {
    const guide = readFileSync(`${DEPLOY}prometheus/README.md`, 'utf8');
    for (const { alert = '' } of alerts) expect(guide).toContain(`| \`${alert}\``);
  });
});
