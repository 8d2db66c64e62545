import { clickhouseAccess, clickhouseSettings } from '@earshot/kit';
import { openKafkaLog } from '@earshot/log/kafka';
import { runProcess } from '@earshot/process';
import { openClickhouseWarehouse } from '@earshot/warehouse/clickhouse';
import { create } from './index.js';

await runProcess(
  { service: 'analytics', settings: clickhouseSettings, openLog: openKafkaLog },
  async ({ scope, ...parts }, config) => {
    const access = clickhouseAccess(config);
    const analytics = create({ ...parts, openWarehouse: () => openClickhouseWarehouse(access) });
    scope.defer('analytics', () => analytics.stop());
    analytics.start();
    return {};
  },
);
