import type { Principal } from '@earshot/kit/access';
import { z } from 'zod';
import { OPERATOR_TENANT } from './authenticate.js';

/** Who sits at the operator's command line; everybody else is known by the credential. */
export const authorField = z.string().trim().min(1).max(64).optional();
export const whyField = z.string().trim().max(500).default('');

/** Who did something, for the record. */
export function authorOf(who: Principal, author: string | undefined): string {
  if (who.kind === 'staff') return who.staffNumber;
  if (who.tenant !== OPERATOR_TENANT) return `key:${who.keyId}`;
  return author === undefined ? 'operator' : `operator:${author}`;
}
