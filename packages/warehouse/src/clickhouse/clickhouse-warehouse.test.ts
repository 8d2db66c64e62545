import { describeWarehouseContract } from '../contract.js';
import { openClickhouseFront } from '../testing/index.js';
import { openClickhouseWarehouse } from './index.js';

describeWarehouseContract({
  name: 'ClickHouse over HTTP',
  async open(dir) {
    const user = 'earshot';
    const front = await openClickhouseFront({ dir, user, password: 'words' });
    const warehouse = await openClickhouseWarehouse({
      url: front.url,
      user,
      password: { reveal: () => 'words' },
      compress: true,
    });
    return {
      ...warehouse,
      close: async () => {
        await warehouse.close();
        await front.close();
      },
    };
  },
});
