import { Redis } from 'ioredis';
import type { RedisSeen, RedisTools } from './ports.js';

const WITHIN_MS = 3_000;

export const redisTools: RedisTools = {
  async look({ url, password }) {
    const redis = new Redis(url, {
      ...(password && { password: password.reveal() }),
      lazyConnect: true,
      connectTimeout: WITHIN_MS,
      commandTimeout: WITHIN_MS,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      // It would hide why a password is not taken behind "the connection is closed".
      enableReadyCheck: false,
      retryStrategy: () => null,
    });
    let cause: unknown;
    redis.on('error', (error) => {
      cause ??= error;
    });
    try {
      await redis.connect();
      const info = await redis.info();
      const sentMs = performance.now();
      await redis.ping();
      return readInfo(info, performance.now() - sentMs);
    } catch (error) {
      throw cause ?? error;
    } finally {
      redis.disconnect();
    }
  },
};

/** Of INFO rather than CONFIG: hosted servers answer it, and it needs no right to change anything. */
export function readInfo(info: string, roundTripMs: number): RedisSeen {
  const lines = info.split(/\r?\n/).map((line) => line.split(':', 2) as [string, string?]);
  const of = (name: string) => lines.find(([key]) => key === name)?.[1]?.trim() ?? '';
  return {
    version: of('redis_version'),
    policy: of('maxmemory_policy'),
    mostBytes: Number(of('maxmemory')) || 0,
    roundTripMs,
  };
}
