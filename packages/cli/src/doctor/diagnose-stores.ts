import type { RedisSeen, WarehouseSeen } from '../cluster/ports.js';
import type { Finding } from './diagnose.js';

/** What was seen of Redis; `failed`: a code of ours, never what the server said. */
export type RedisLooked = { address: string; seen: RedisSeen } | { address: string; failed: 'away' | 'denied' };

export type WarehouseLooked =
  | { address: string; seen: WarehouseSeen }
  | { address: string; failed: 'away' | 'denied' | 'too-old' | 'invalid' };

/** A command that takes longer is given up. */
const DEADLINE_MS = 100;

/**
 * Hints have a time to live, and each can be lost without losing an alert. `noeviction` answers a full memory with an
 * error, which is seen; `volatile-…` drops what would expire anyway; `allkeys-…` may drop anything of anybody.
 */
export function diagnoseRedis(looked: RedisLooked): Finding[] {
  const { address } = looked;
  const about = 'doctor-redis';
  if ('failed' in looked) {
    const word = looked.failed === 'denied' ? 'doctor-redis-denied' : 'doctor-redis-away';
    return [{ state: 'fault', about, word, values: { address } }];
  }
  const { version, policy, mostBytes, roundTripMs } = looked.seen;
  const milliseconds = Math.round(roundTripMs * 10) / 10;
  const slow = roundTripMs > DEADLINE_MS / 2;
  const answers: Finding = {
    state: slow ? 'warning' : 'fine',
    about,
    word: slow ? 'doctor-redis-slow' : 'doctor-redis-on',
    values: { address, version, milliseconds, deadline: DEADLINE_MS },
  };
  return [answers, eviction(policy, mostBytes)];
}

function eviction(policy: string, mostBytes: number): Finding {
  const about = 'doctor-redis-memory';
  const values = { policy, megabytes: Math.round(mostBytes / 1024 ** 2) };
  if (policy.startsWith('allkeys-')) return { state: 'warning', about, word: 'doctor-redis-evicts', values };
  if (policy !== 'noeviction' && !policy.startsWith('volatile-'))
    return { state: 'warning', about, word: 'doctor-redis-unknown', values };
  if (mostBytes === 0) return { state: 'warning', about, word: 'doctor-redis-unbounded', values };
  return { state: 'fine', about, word: 'doctor-redis-policy', values };
}

const REASONS = {
  away: 'doctor-warehouse-away',
  denied: 'doctor-warehouse-denied',
  'too-old': 'doctor-warehouse-old',
  invalid: 'doctor-warehouse-invalid',
} as const;

/** Analysis may lag or be away, alerts never wait for it: what keeps it from working is a fault of the analysis alone. */
export function diagnoseWarehouse(looked: WarehouseLooked): Finding[] {
  const { address } = looked;
  const about = 'doctor-warehouse';
  if ('failed' in looked) return [{ state: 'fault', about, word: REASONS[looked.failed], values: { address } }];
  const { version, schema } = looked.seen;
  const on: Finding = { state: 'fine', about, word: 'doctor-warehouse-on', values: { address, version } };
  return [on, migrations(schema)];
}

function migrations({ known, found, missing, changed }: WarehouseSeen['schema']): Finding {
  const about = 'doctor-schema';
  const values = { known, found };
  if (changed.length > 0)
    return { state: 'fault', about, word: 'doctor-schema-changed', values: { files: changed.join(', ') } };
  if (found > known) return { state: 'fault', about, word: 'doctor-schema-newer', values };
  if (missing.length > 0) return { state: 'warning', about, word: 'doctor-schema-older', values };
  return { state: 'fine', about, word: 'doctor-schema-fits', values };
}
