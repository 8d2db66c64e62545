import { openKafkaLog } from '@earshot/log/kafka';
import { runProcess } from '@earshot/process';
import { openChdbWarehouse } from '@earshot/warehouse/chdb';
import { z } from 'zod';
import { create } from './index.js';

const settings = {
  warehouseDir: z.string().describe('folder of the ClickHouse engine that runs inside this process'),
};

await runProcess(
  { service: 'analytics', settings, openLog: openKafkaLog },
  async ({ scope, ...parts }, { warehouseDir }) => {
    const analytics = create({ ...parts, openWarehouse: () => openChdbWarehouse({ dir: warehouseDir }) });
    scope.defer('analytics', () => analytics.stop());
    analytics.start();
    return {};
  },
);
