import { bearerOf, type IntegrationPrincipal, type KeyCheck } from '@earshot/kit/access';
import { EarshotError, type Source } from '@earshot/model';

/** The API keys that are in force. */
export interface Keys {
  check(presented: string, nowMs: number): KeyCheck;
  /** Whether any tenant has a key; without one only loopback is open. */
  configured(): boolean;
}

export interface IdentifyOptions {
  keys: Keys;
  clock(): number;
  /** Tenant of callers without a key on loopback, as long as nobody has made one. */
  localTenant: string;
  onLoopback: boolean;
}

export const SOURCE_HEADER = 'earshot-source';

/** Who sends, by `authorization: Bearer <key>`. Throws `unauthenticated` or `key-expired`. */
export function identify(authorization: readonly string[], options: IdentifyOptions): IntegrationPrincipal {
  const { keys, clock, localTenant, onLoopback } = options;
  if (authorization.length === 0 && onLoopback && !keys.configured()) {
    return { kind: 'integration', tenant: localTenant, keyId: 'local', scopes: ['ingest:write'] };
  }
  const presented = bearerOf(authorization);
  const checked = presented === undefined ? undefined : keys.check(presented, clock());
  if (checked?.ok) return checked.principal;
  if (checked?.code === 'key-expired') throw new EarshotError('key-expired', 'this API key has ended');
  throw new EarshotError('unauthenticated', 'send a valid API key as "authorization: Bearer <key>"');
}

/** Throws `source-unknown`. */
export function sourceOf(values: readonly unknown[]): Source | undefined {
  const [value] = values;
  if (value === undefined) return undefined;
  if ((value === 'voice' || value === 'text') && values.length === 1) return value;
  throw new EarshotError('source-unknown', `${SOURCE_HEADER}: voice or text`);
}
