import { QUALITY, SENTIMENT } from './analysis/feeling.js';
import { RULES, TEAMS } from './analysis/rules.js';
import { CONVERSATIONS, RISKS } from './analysis/talk.js';
import type { Dashboard } from './dashboard.js';

/** What the variable `tenant` chooses from. */
export const TENANTS = 'SELECT DISTINCT tenant FROM earshot.conversation_facts ORDER BY tenant';

export const ANALYSIS: Dashboard = {
  uid: 'earshot-analysis',
  title: { zh: '实时质检：分析', en: 'Earshot: analysis' },
  help: { zh: '自动命中只是给人的提示', en: 'An automatic finding is a hint for people' },
  tag: 'analysis',
  source: 'grafana-clickhouse-datasource',
  from: 'now-24h',
  refresh: '1m',
  variables: [
    {
      name: 'tenant',
      type: 'query',
      label: '租户 · Tenant',
      datasource: { type: 'grafana-clickhouse-datasource', uid: '${datasource}' },
      definition: TENANTS,
      query: { editorType: 'sql', rawSql: TENANTS, refId: 'tenant', format: 1 },
      refresh: 1,
      sort: 1,
      hide: 0,
      includeAll: false,
      multi: false,
      current: {},
      options: [],
      regex: '',
    },
  ],
  rows: [CONVERSATIONS, RISKS, RULES, TEAMS, SENTIMENT, QUALITY],
};
