import { randomBytes } from 'node:crypto';
import { Secret } from '@earshot/kit';
import { expect, test } from 'vitest';
import { tenantKeys } from './keys.js';

const secret = () => new Secret(Buffer.alloc(32, 7).toString('base64url'));

test('every process with the same secret has the same key of a tenant, and each tenant another', () => {
  const [one, other] = [tenantKeys(secret(), 'mask'), tenantKeys(secret(), 'mask')];
  expect(one('bank')).toEqual(other('bank'));
  expect(one('bank')).not.toEqual(one('shop'));
  expect(one('bank')).toHaveLength(32);
  expect(tenantKeys(secret(), 'desk')('bank')).not.toEqual(one('bank'));
  expect(tenantKeys(new Secret(randomBytes(32).toString('base64url')), 'mask')('bank')).not.toEqual(one('bank'));
});

test('a secret that is too short is refused without being shown', () => {
  expect(() => tenantKeys(new Secret('c2hvcnQ'), 'mask')).toThrow(expect.objectContaining({ code: 'key-too-short' }));
  expect(() => tenantKeys(new Secret('c2hvcnQ'), 'mask')).not.toThrow(/c2hvcnQ/);
});
