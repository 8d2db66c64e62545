import { EarshotError } from '@earshot/model';
import { z } from 'zod';
import { authorField, whyField } from '../session/author.js';
import { MOST_LETTERS } from './shelf.js';

/** Letters that one request handles. */
const AT_ONCE = 100;

const ids = z.array(z.string().min(1).max(128)).min(1).max(AT_ONCE);

/** Which letters are shown; without `handled` those alone that nobody has done anything about. */
export const listQuery = z.strictObject({
  topic: z.string().min(1).max(256).optional(),
  code: z.string().min(1).max(128).optional(),
  /** Set aside at or after this log time, epoch ms. */
  since: z.coerce.number().int().min(0).default(0),
  handled: z.stringbool().default(false),
  limit: z.coerce.number().int().min(1).max(MOST_LETTERS).default(100),
});
export type ListQuery = z.infer<typeof listQuery>;

const handling = { why: whyField, author: authorField };

/** `again`: also those that somebody has handled before. */
export const replayRequest = z.strictObject({ ids, again: z.boolean().default(false), ...handling });
export type ReplayRequest = z.infer<typeof replayRequest>;

export const dropRequest = z.strictObject({ ids, ...handling });
export type DropRequest = z.infer<typeof dropRequest>;

export function asked<T extends z.ZodType>(schema: T, given: unknown): z.infer<T> {
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path }) => path.join('.').slice(0, 80) || 'the request');
  throw new EarshotError('invalid', `not as expected: ${[...new Set(places)].slice(0, 5).join(', ')}`);
}
