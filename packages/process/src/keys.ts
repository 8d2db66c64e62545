import { hkdfSync } from 'node:crypto';
import type { Secret } from '@earshot/kit';
import { EarshotError } from '@earshot/model';

const SHORTEST_BYTES = 32;

/**
 * A key of its own for each tenant from one secret, the same in every process that has it. Throws `key-too-short`
 * (exit code 2).
 */
export function tenantKeys(secret: Secret, purpose: string): (tenant: string) => Buffer {
  const master = keyOf(secret, purpose);
  const made = new Map<string, Buffer>();
  return (tenant) => {
    const known = made.get(tenant) ?? Buffer.from(hkdfSync('sha256', master, '', `${purpose}|${tenant}`, 32));
    made.set(tenant, known);
    return known;
  };
}

/** The bytes of a key that is written in base64url. Throws `key-too-short` (exit code 2). */
export function keyOf(secret: Secret, purpose: string): Buffer {
  const key = Buffer.from(secret.reveal(), 'base64url');
  if (key.length >= SHORTEST_BYTES) return key;
  const message = `the ${purpose} key must be at least ${SHORTEST_BYTES} random bytes, base64url`;
  throw new EarshotError('key-too-short', message, { detail: { exitCode: 2 } });
}
