import { describe, expect, test } from 'vitest';
import { bearerOf, checkApiKey, newApiKey } from './api-key.js';

const { key, sha256 } = newApiKey('pbx');
const keys = [
  { id: 'old', tenant: 'bank', sha256: newApiKey('old').sha256, scopes: ['ingest:write' as const], expiresAtMs: 1_000 },
  { id: 'pbx', tenant: 'bank', sha256, scopes: ['ingest:write' as const], expiresAtMs: 2_000 },
];

describe('API keys', () => {
  test('the right key gives its tenant and scopes', () => {
    const principal = { kind: 'integration', tenant: 'bank', keyId: 'pbx', scopes: ['ingest:write'] };
    expect(checkApiKey(keys, key, 1_999)).toEqual({ ok: true, principal });
  });

  test.each([
    ['one character off', `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`],
    ['the hash instead of the key', sha256],
    ['empty', ''],
    ['a hundred kilobytes', 'k'.repeat(100_000)],
    ['the same key with a space', `${key} `],
  ])('%s is refused', (_title, presented) => {
    expect(checkApiKey(keys, presented, 0)).toEqual({ ok: false, code: 'unauthenticated' });
  });

  test('a key ends at its time', () => {
    expect(checkApiKey(keys, key, 2_000)).toEqual({ ok: false, code: 'key-expired' });
  });

  test('a header is read once or not at all', () => {
    expect(bearerOf([`Bearer ${key}`])).toBe(key);
    expect(bearerOf([`bearer ${key}`])).toBe(key);
    for (const values of [[], [key], ['Basic eDp5'], ['Bearer '], [`Bearer ${key}`, `Bearer ${key}`], ['Bearer a b']]) {
      expect(bearerOf(values)).toBeUndefined();
    }
  });
});
