import { clickhouseAddress, clickhouseSettings } from '@earshot/kit';
import { openKafkaLog } from '@earshot/log/kafka';
import { EarshotError } from '@earshot/model';
import { runProcess } from '@earshot/process';
import { openClickhouseWarehouse } from '@earshot/warehouse/clickhouse';
import { create } from './index.js';

await runProcess(
  { service: 'analytics', settings: clickhouseSettings, openLog: openKafkaLog },
  async ({ scope, ...parts }, config) => {
    const access = clickhouseAddress(config);
    if (!access) throw new EarshotError('config-invalid', '--clickhouse-url is missing', { detail: { exitCode: 2 } });
    const analytics = create({ ...parts, openWarehouse: () => openClickhouseWarehouse(access) });
    scope.defer('analytics', () => analytics.stop());
    analytics.start();
    return {};
  },
);
