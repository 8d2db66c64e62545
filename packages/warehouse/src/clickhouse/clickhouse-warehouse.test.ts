import { afterAll, describe } from 'vitest';
import { describeWarehouseContract } from '../contract.js';
import {
  type ContainedServer,
  containerMissing,
  openClickhouseFront,
  startClickhouseContainer,
} from '../testing/index.js';
import { openClickhouseWarehouse } from './index.js';

describeWarehouseContract({
  name: 'ClickHouse over HTTP, the embedded engine behind it',
  async open(dir) {
    const access = { user: 'earshot', password: 'words' };
    const front = await openClickhouseFront({ dir, ...access });
    const password = { reveal: () => access.password };
    const warehouse = await openClickhouseWarehouse({ url: front.url, user: access.user, password, compress: true });
    return {
      ...warehouse,
      close: async () => {
        await warehouse.close();
        await front.close();
      },
    };
  },
});

const why = containerMissing();
describe.skipIf(why !== undefined)(`a server in a container${why === undefined ? '' : ` [skipped: ${why}]`}`, () => {
  const servers = new Map<string, Promise<ContainedServer>>();
  afterAll(async () => {
    for (const server of servers.values()) await (await server).stop();
  }, 60_000);

  describeWarehouseContract({
    name: 'ClickHouse server',
    openWithinMs: 300_000,
    async open(dir) {
      const starting = servers.get(dir) ?? startClickhouseContainer();
      servers.set(dir, starting);
      const { url, user, password } = await starting;
      return openClickhouseWarehouse({ url, user, password: { reveal: () => password } });
    },
  });
});
