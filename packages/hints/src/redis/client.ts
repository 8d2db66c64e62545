import { EarshotError } from '@earshot/model';
import { Redis, type RedisOptions } from 'ioredis';
import type { Secret } from './secret.js';

/** Where Redis is and who we are there. */
export interface RedisAddress {
  /** `redis://host:port/db`, or `rediss://` for TLS. */
  url: string;
  user?: string;
  password?: Secret;
  /** PEM texts; the authorities of this machine are asked where `ca` is absent. */
  tls?: { ca?: string; cert?: string; key?: Secret };
  /** Stands before every key, for several systems on one Redis. */
  prefix?: string;
}

const CONNECT_WITHIN_MS = 2_000;
/** What belongs to connecting itself (a password, a first question) waits no longer; questions have a shorter deadline. */
const COMMAND_WITHIN_MS = 1_000;
const LET_GO_WITHIN_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

/**
 * The one place where a client of Redis is made. It connects by itself and again and again, keeps no command for later
 * and sends none twice. `onError` hears why a connection failed, by a code. Throws `redis-url-invalid`.
 */
export function makeClient(address: RedisAddress, onError: (code: string) => void): Redis {
  const client = new Redis({
    ...connectionOf(address),
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    commandTimeout: COMMAND_WITHIN_MS,
    disconnectTimeout: LET_GO_WITHIN_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(100 * times, LONGEST_PAUSE_MS),
    connectionName: 'earshot',
  });
  // Without a listener an error of the connection would end the process.
  client.on('error', (error: unknown) => onError(redisCode(error)));
  client.connect().catch(() => undefined);
  return client;
}

function connectionOf({ url, user, password, tls }: RedisAddress): RedisOptions {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const secured = parsed?.protocol === 'rediss:';
  const db = Number(parsed?.pathname.replace(/^\//, '') || 0);
  if (!parsed || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '' || !Number.isInteger(db)) {
    throw invalid('write it as redis://host:port or rediss://host:port');
  }
  if (parsed.username !== '' || parsed.password !== '') throw invalid('user and password do not belong in the address');
  if (tls && !secured) throw invalid('certificates are for rediss://');
  const { ca, cert, key } = tls ?? {};
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(parsed.port || 6379),
    db,
    ...(user === undefined ? {} : { username: user }),
    ...(password ? { password: password.reveal() } : {}),
    ...(secured ? { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key: key.reveal() }) } } : {}),
  };
}

/** `OOM`, `NOAUTH`, `ECONNREFUSED` …: what went wrong, without a word of what was sent. */
export function redisCode(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  if (message === 'Command timed out') return 'too-late';
  return /^[A-Z]{3,20}(?= )/.exec(typeof message === 'string' ? message : '')?.[0] ?? 'failed';
}

function invalid(message: string): EarshotError {
  return new EarshotError('redis-url-invalid', `the address of Redis cannot be used: ${message}`, {
    detail: { exitCode: 2 },
  });
}
