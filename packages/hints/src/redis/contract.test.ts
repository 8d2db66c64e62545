import { afterAll, beforeAll } from 'vitest';
import { describeHintsContract } from '../contract.js';
import { type RedisServer, startRedisServer } from '../redis-server/server.js';
import { describeWithRedis } from '../testing/redis.js';
import { openRedisHints } from './index.js';

describeWithRedis('with a real Redis', () => {
  let server: RedisServer;
  let places = 0;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  describeHintsContract('over Redis', async () => {
    places += 1;
    const address = { url: server.url, password: { reveal: () => server.password }, prefix: `place-${places}` };
    return {
      open: (node, options) => openRedisHints({ ...options, node, address }),
      destroy: async () => undefined,
    };
  });
});
