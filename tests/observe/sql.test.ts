import { createScope } from '@earshot/kit';
import { DEFAULT_READ_ONLY_LIMITS, type Warehouse } from '@earshot/warehouse';
import { openChdbWarehouse } from '@earshot/warehouse/chdb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enginePresent } from '../../scripts/setup.mjs';
import { temporaryFolder } from '../support/product.js';
import { readDashboard, targetsOf } from './dashboards.js';
import { type Substitution, substituted } from './grafana-sql.js';
import { FOREIGN, RANGE, seeds } from './seeds.js';

const dashboard = readDashboard('analysis');
const variable = dashboard.templating.list.find(({ name }) => name === 'tenant')?.query as { rawSql: string };
const panels = targetsOf(dashboard).map(({ panel, target }) => ({
  panel,
  sql: target.rawSql ?? '',
  format: target.format,
}));
const why = enginePresent() ? '' : ' [skipped: no analysis engine]';

describe.skipIf(why !== '')(`what the analysis dashboard asks ClickHouse${why}`, () => {
  const scope = createScope();
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await openChdbWarehouse({ dir: temporaryFolder(scope, 'dashboards') });
    scope.defer('warehouse', () => warehouse.close());
    await warehouse.migrate();
    for (const [table, rows] of seeds()) await warehouse.insert(table, rows, { token: table });
  }, 60_000);
  afterAll(() => scope.close(20_000));

  const demo: Substitution = { ...RANGE, tenant: 'demo', intervalSeconds: 3_600 };

  /** As the reader of the dashboard: with no right but to read. */
  async function ask(sql: string, of = demo): Promise<Record<string, unknown>[]> {
    const answer = await warehouse.readOnly(substituted(sql, of), DEFAULT_READ_ONLY_LIMITS);
    if (!answer.ok) throw new Error(`${answer.code}: ${answer.message}`);
    return answer.rows;
  }

  test.each(panels)('$panel: rows of the tenant and time that were chosen, something in every column', async (one) => {
    const rows = await ask(one.sql);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(FOREIGN);
    const columns = Object.keys(rows[0] ?? {});
    const empty = columns.filter((column) => rows.every((row) => isNothing(row[column])));
    expect(empty, JSON.stringify(rows)).toEqual([]);
    if (one.format === 0) expect(columns[0]).toBe('time');
  });

  test('a tenant that has nothing sees nothing, whatever it is called', async () => {
    for (const tenant of ['nobody', "demo' OR '1'='1", 'demo\\'])
      for (const { sql } of panels.filter((one) => / GROUP BY /.test(one.sql.replaceAll('\n', ' '))))
        expect(await ask(sql, { ...demo, tenant })).toEqual([]);
  });

  test('a panel that forgot the tenant, or the time, would be found', async () => {
    const forgotten = { tenant: 'tenant = ${tenant:singlequote}', time: /\$__timeFilter_ms\([\w.]+\)/g };
    for (const [what, condition] of Object.entries(forgotten)) {
      const unseen: string[] = [];
      for (const { panel, sql } of panels) {
        const foreign = await ask(sql.replaceAll(condition, '1 = 1'));
        if (JSON.stringify(foreign) === JSON.stringify(await ask(sql))) unseen.push(panel);
      }
      expect(unseen, what).toEqual([]);
    }
  });

  test('the tenants to choose from are those that have conversations', async () => {
    expect(await ask(variable.rawSql)).toEqual([{ tenant: 'demo' }, { tenant: 'other' }]);
  });

  test('a column that had another name would be found', async () => {
    const columns = ['spoken_at', 'skill_group', 'negative', 'source_topic', 'words_at', 'claimed_ms'];
    for (const column of columns) {
      const asking = panels.filter(({ sql }) => sql.includes(column));
      expect(asking.length, column).toBeGreaterThan(0);
      for (const { sql } of asking) await expect(ask(sql.replaceAll(column, `${column}_x`))).rejects.toThrow('failed');
    }
  });
});

const isNothing = (value: unknown) => value === null || value === '' || Number(value) === 0;
