import { readFileSync } from 'node:fs';
import { EarshotError } from '@earshot/model';
import { z } from 'zod';
import { secretSetting } from './config.js';
import type { Secret } from './secret.js';

/** Where Redis is and who we are there; part of the settings of a process that shares hints. */
export const redisSettings = {
  redisUrl: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('Redis for hints, redis://host:6379 or rediss://host:6379 for TLS; absent: each process knows its own'),
  redisUser: z.string().optional().describe('user of Redis'),
  redisPassword: secretSetting().optional().describe('its password'),
  redisCa: z.string().optional().describe("PEM file with the authority that signed Redis's certificate"),
  redisCert: z.string().optional().describe('PEM file with our certificate'),
  redisKey: secretSetting().optional().describe('PEM of its key'),
  redisPrefix: z.string().optional().describe('stands before every key, for several systems on one Redis'),
};

export type RedisConfig = z.output<z.ZodObject<typeof redisSettings>>;

/** As `openRedisHints` takes it. */
export interface RedisPlace {
  url: string;
  user?: string;
  password?: Secret;
  tls?: { ca?: string; cert?: string; key?: Secret };
  prefix?: string;
}

/** Undefined where no Redis is named. Throws `config-invalid` for half an address and a file that cannot be read. */
export function redisAddress(config: RedisConfig): RedisPlace | undefined {
  const { redisUrl: url, redisUser: user, redisPassword: password, redisPrefix: prefix } = config;
  const { redisCa, redisCert, redisKey: key } = config;
  if (!url && (user || password || redisCa || redisCert || key)) throw invalid('--redis-url is missing');
  if (!url) return undefined;
  if (user && !password) throw invalid('--redis-user needs EARSHOT_REDIS_PASSWORD or a file with it');
  if (Boolean(redisCert) !== Boolean(key)) throw invalid('a certificate and its key belong together');
  const secured = redisCa || redisCert;
  if (secured && !url.startsWith('rediss:')) throw invalid('certificates are for rediss://');
  const tls = {
    ...(redisCa && { ca: pem(redisCa, '--redis-ca') }),
    ...(redisCert && { cert: pem(redisCert, '--redis-cert') }),
    ...(key && { key }),
  };
  return {
    url,
    ...(user && { user }),
    ...(password && { password }),
    ...(secured && { tls }),
    ...(prefix && { prefix }),
  };
}

function pem(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw invalid(`the file that ${setting} names cannot be read`);
  }
}

function invalid(message: string): EarshotError {
  return new EarshotError('config-invalid', message, { detail: { exitCode: 2 } });
}
