import { EarshotError } from '@earshot/model';
import type { ChainableCommander, Redis } from 'ioredis';
import type { Medium } from '../medium.js';
import { redisCode } from './client.js';

export interface RedisMediumOptions {
  client: Redis;
  prefix: string;
  /** Redis answered, and took nothing: a stable code. */
  onRefused(code: string): void;
}

/**
 * Each key names prefix and tenant, and ends by itself: so Redis may be emptied, and may throw out what it likes when it
 * is full. One that takes nothing more is still read.
 */
export function redisMedium({ client, prefix, onRefused }: RedisMediumOptions): Medium {
  /** Tenants and names may hold anything; the braces keep what belongs to a tenant in one slot of a Redis cluster. */
  const key = (tenant: string, ...rest: string[]) =>
    [prefix, `{${encodeURIComponent(tenant)}}`, ...rest.map(encodeURIComponent)].join(':');

  /** All commands of one question leave in one write and come back together. */
  async function answers(pipeline: ChainableCommander): Promise<[Error | null, unknown][]> {
    if (client.status !== 'ready') throw new EarshotError('redis-away', 'there is no connection', { retry: true });
    try {
      return (await pipeline.exec()) ?? [];
    } catch (error) {
      throw new EarshotError('redis-failed', redisCode(error), { retry: true, cause: error });
    }
  }

  /** The answer to what was read; what was written may have been refused. */
  function read<T>(answered: readonly [Error | null, unknown][], at: number): T {
    const [error, value] = answered[at] ?? [new Error('no answer'), undefined];
    if (error) throw new EarshotError('redis-failed', redisCode(error), { retry: true, cause: error });
    return value as T;
  }

  const tellRefusal = (answered: readonly [Error | null, unknown][]) => {
    const refused = answered.find(([error]) => error !== null)?.[0];
    if (refused) onRefused(redisCode(refused));
  };

  return {
    async present({ tenant, node, said, gone, keepMs }) {
      const place = key(tenant, 'presence');
      const pipeline = client.pipeline().hset(place, node, said).pexpire(place, keepMs).hgetall(place);
      if (gone.length > 0) pipeline.hdel(place, ...gone);
      const answered = await answers(pipeline);
      tellRefusal(answered);
      return new Map(Object.entries(read<Record<string, string>>(answered, 2)));
    },

    async count(counts) {
      const pipeline = client.pipeline();
      for (const { tenant, what, who, window, node, own, keepMs } of counts) {
        const place = key(tenant, 'rate', what, who, String(window));
        pipeline.hset(place, node, own).pexpire(place, keepMs).hgetall(place);
      }
      const answered = await answers(pipeline);
      tellRefusal(answered);
      return counts.map(({ node }, index) => {
        const said = Object.entries(read<Record<string, string>>(answered, 3 * index + 2));
        return said.reduce((sum, [name, times]) => (name === node ? sum : sum + (Number(times) || 0)), 0);
      });
    },

    giveUp: () => client.disconnect(true),
    close: () => client.disconnect(),
  };
}
