import type { Dashboard } from './dashboard.js';
import { INGEST, LOG } from './operations/log.js';
import { PROMISE, WATERFALL } from './operations/promise.js';
import { RED, USE } from './operations/services.js';
import { CHANNELS, RULES, WAREHOUSE } from './operations/work.js';

export const OPERATIONS: Dashboard = {
  uid: 'earshot-operations',
  title: { zh: '实时质检：运行', en: 'Earshot: operations' },
  help: { zh: '每个数的来历见 deploy/grafana', en: 'Where each figure comes from: deploy/grafana' },
  tag: 'operations',
  source: 'prometheus',
  from: 'now-1h',
  refresh: '10s',
  rows: [PROMISE, WATERFALL, LOG, INGEST, RED, USE, RULES, CHANNELS, WAREHOUSE],
};
