import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiScope } from './policy.js';
import type { IntegrationPrincipal } from './principal.js';

/** An API key as it is kept: only the hash, so that a leaked file opens nothing. */
export interface ApiKey {
  id: string;
  tenant: string;
  /** SHA-256 of the whole key, hex. */
  sha256: string;
  scopes: ApiScope[];
  /** Epoch ms; absent: no end. */
  expiresAtMs?: number;
}

export type KeyCheck =
  | { ok: true; principal: IntegrationPrincipal }
  | { ok: false; code: 'unauthenticated' | 'key-expired' };

const LONGEST_KEY = 256;

/** A new key; `key` is shown once and kept nowhere. The id in it tells people which one it is. */
export function newApiKey(id: string): { key: string; sha256: string } {
  const key = `esk_${id}_${randomBytes(32).toString('base64url')}`;
  return { key, sha256: hashApiKey(key) };
}

export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Compares against every key in constant time; two keys with one id can be live at once (rotation). */
export function checkApiKey(keys: readonly ApiKey[], presented: string, nowMs: number): KeyCheck {
  if (presented.length === 0 || presented.length > LONGEST_KEY) return { ok: false, code: 'unauthenticated' };
  const digest = createHash('sha256').update(presented).digest();
  let found: ApiKey | undefined;
  for (const key of keys) {
    if (timingSafeEqual(digest, Buffer.from(key.sha256, 'hex'))) found = key;
  }
  if (!found) return { ok: false, code: 'unauthenticated' };
  if (found.expiresAtMs !== undefined && found.expiresAtMs <= nowMs) return { ok: false, code: 'key-expired' };
  const { tenant, id, scopes } = found;
  return { ok: true, principal: { kind: 'integration', tenant, keyId: id, scopes } };
}

/** The key in an `authorization: Bearer …` header; undefined if there is none or it comes more than once. */
export function bearerOf(values: readonly string[]): string | undefined {
  const [only, ...others] = values;
  if (only === undefined || others.length > 0) return undefined;
  return /^Bearer ([\x21-\x7e]{1,512})$/i.exec(only)?.[1];
}
