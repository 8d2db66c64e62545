import { createHints, type HintsOptions } from '../hints.js';
import type { Hints } from '../port.js';
import { makeClient, type RedisAddress } from './client.js';
import { redisMedium } from './medium.js';

export { makeClient, type RedisAddress } from './client.js';

export interface RedisHintsOptions extends Omit<HintsOptions, 'medium'> {
  address: RedisAddress;
}

const PREFIX = 'earshot';

/**
 * Hints over Redis. Opens at once, whether Redis is there or not: the connection is made behind, and made again for as
 * long as this is open. Throws `redis-url-invalid`.
 */
export function openRedisHints({ address, onTrouble = () => undefined, ...rest }: RedisHintsOptions): Hints {
  const client = makeClient(address, onTrouble);
  const medium = redisMedium({ client, prefix: address.prefix ?? PREFIX, onRefused: onTrouble });
  return createHints({ ...rest, onTrouble, medium });
}
