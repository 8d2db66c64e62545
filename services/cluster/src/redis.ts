import { join } from 'node:path';
import { type RedisServer, redisMissing, startRedisServer } from '@earshot/hints/redis-server';
import { asError, type DataFolder } from '@earshot/kit';
import type { ClusterConfig } from './config.js';

/** Where processes share hints, as they are told it. */
export interface ClusterRedis {
  args: string[];
  /** For the environment of those who ask: no list of processes shows it. */
  secrets: Record<string, string>;
}

export interface ChosenRedis {
  /** Absent: each process knows its own. */
  place?: ClusterRedis;
  /** Ours, to be stopped last. */
  server?: RedisServer;
  /** Why there is none although one is wanted. */
  trouble?: string;
}

/** The Redis that was named, else one of our own; a cluster does without if there is none. */
export async function chooseRedis(config: ClusterConfig, folder: DataFolder, port: number): Promise<ChosenRedis> {
  if (!config.redis) return {};
  if (config.redisUrl !== undefined) return { place: placeOf(config, config.redisUrl) };
  const missing = redisMissing();
  if (missing !== undefined) return { trouble: missing };
  try {
    const password = folder.key('redis').toString('base64url');
    const server = await startRedisServer({ folder: join(folder.root, 'redis'), port, password });
    const secrets = { EARSHOT_REDIS_PASSWORD: server.password };
    return { server, place: { args: ['--redis-url', server.url], secrets } };
  } catch (error) {
    return { trouble: asError(error).message };
  }
}

function placeOf(config: ClusterConfig, url: string): ClusterRedis {
  const { redisUser, redisPassword, redisCa, redisCert, redisKey, redisPrefix } = config;
  const flags = {
    '--redis-url': url,
    '--redis-user': redisUser,
    '--redis-ca': redisCa,
    '--redis-cert': redisCert,
    '--redis-prefix': redisPrefix,
  };
  return {
    args: Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
    secrets: {
      ...(redisPassword && { EARSHOT_REDIS_PASSWORD: redisPassword.reveal() }),
      ...(redisKey && { EARSHOT_REDIS_KEY: redisKey.reveal() }),
    },
  };
}
