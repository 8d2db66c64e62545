import { STAFF_ROLES } from '@earshot/model';
import { z } from 'zod';
import { API_SCOPES } from './policy.js';

const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}_.-]+$/u, 'letters, digits, dot, dash and underscore only');
const name = z.string().min(1).max(128);
const yesNo = z.stringbool();

export const unitSchema = z.strictObject({ id, name, parent: id.optional() });

export const personSchema = z.strictObject({
  staffNumber: id,
  name,
  roles: z.array(z.enum(STAFF_ROLES)).min(1),
  unit: id,
  left: yesNo.optional(),
});

export const apiKeySchema = z.strictObject({
  id,
  name: name.optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the key, 64 hex digits'),
  scopes: z.array(z.enum(API_SCOPES)).min(1),
  expires: z.iso
    .date()
    .or(z.iso.datetime({ offset: true }))
    .optional(),
});

/** `people.yaml`: one tenant's organisation, people and API keys. */
export const peopleSchema = z.strictObject({
  tenant: id,
  units: z.array(unitSchema).min(1).max(10_000),
  people: z.array(personSchema).max(100_000),
  apiKeys: z.array(apiKeySchema).max(1_000).default([]),
});

export type PeopleFile = z.output<typeof peopleSchema>;
