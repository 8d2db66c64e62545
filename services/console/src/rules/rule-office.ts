import { type Authorship, type Publisher, RuleSetRefused } from '@earshot/control';
import type { Principal } from '@earshot/kit/access';
import {
  EarshotError,
  type PublishedRuleSet,
  type RuleFiles,
  type RuleSetCheck,
  type RuleSetVersion,
} from '@earshot/model';
import type { RuleSet } from '@earshot/rules';
import { z } from 'zod';
import { OPERATOR_TENANT } from '../session/authenticate.js';
import { authorField, authorOf, whyField } from '../session/author.js';

/** A rule set may hold files of 2 MB each; whatever door it comes by, it comes in one piece. */
export const RULE_SET_BYTES = 16 * 1024 * 1024;

export interface RuleOfficeDeps {
  publisher: Publisher;
  rulesInForce(tenant: string): RuleSet | undefined;
  /** Whom the operator means. */
  defaultTenant: string;
}

/** A set that is refused leaves in force what was. */
export type Outcome = { ok: true; done: PublishedRuleSet } | { ok: false; refused: RuleSetRefused };

/**
 * What reading and changing rules means, the same for every door. Whose rules they are and who did it comes from the
 * credential; requests are taken as they came and throw `invalid` if they are not as expected.
 */
export interface RuleOffice {
  /** Whose rules the caller means. */
  tenantOf(who: Principal): string;
  inForce(who: Principal): { ruleSet: RuleSet | undefined; epoch: number | undefined };
  versions(who: Principal): RuleSetVersion[];
  /** Throws `version-unknown`. */
  files(who: Principal, hash: string): RuleFiles;
  check(request: unknown): Promise<RuleSetCheck>;
  publish(who: Principal, request: unknown): Promise<Outcome>;
  /** Throws `version-unknown`. */
  rollBack(who: Principal, request: unknown): Promise<Outcome>;
}

export function createRuleOffice({ publisher, rulesInForce, defaultTenant }: RuleOfficeDeps): RuleOffice {
  const tenantOf = ({ tenant }: Principal) => (tenant === OPERATOR_TENANT ? defaultTenant : tenant);

  return {
    tenantOf,
    inForce(who) {
      const tenant = tenantOf(who);
      const present = publisher.versions(tenant).find(({ inForce }) => inForce);
      return { ruleSet: rulesInForce(tenant), epoch: present?.epoch };
    },
    versions: (who) => publisher.versions(tenantOf(who)),
    files(who, hash) {
      const found = publisher.files(tenantOf(who), hash);
      if (!found) throw new EarshotError('version-unknown', 'there is no such rule set');
      return found;
    },
    check: async (request) => publisher.check(parsed(checkRequest, request).files),
    async publish(who, request) {
      const { author, why, ...set } = parsed(publishRequest, request);
      return outcomeOf(publisher.publish(tenantOf(who), set, authorship(who, author, why)));
    },
    async rollBack(who, request) {
      const { to, author, why } = parsed(rollBackRequest, request);
      return outcomeOf(publisher.rollback(tenantOf(who), to, authorship(who, author, why)));
    },
  };
}

/** zod passes over a key of this name without a word. */
const NOT_A_FILE = '__proto__';

const files = z
  .unknown()
  .refine((given) => typeof given !== 'object' || given === null || !Object.hasOwn(given, NOT_A_FILE))
  .pipe(z.record(z.string().min(1).max(256), z.string().max(2_000_000)));
const checkRequest = z.strictObject({ files });
const publishRequest = z.strictObject({
  files,
  appliesToRunning: z.boolean().default(false),
  why: whyField,
  author: authorField,
});
const rollBackRequest = z.strictObject({
  to: z.string().min(1).max(128).optional(),
  why: whyField,
  author: authorField,
});

const LONGEST_PLACE = 80;

function parsed<T extends z.ZodType>(schema: T, request: unknown): z.infer<T> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path }) => path.join('.').slice(0, LONGEST_PLACE) || 'the body');
  throw new EarshotError('invalid', `not as expected: ${[...new Set(places)].slice(0, 5).join(', ')}`);
}

function authorship(who: Principal, author: string | undefined, reason: string): Authorship {
  return { by: authorOf(who, author), why: reason };
}

async function outcomeOf(work: Promise<PublishedRuleSet>): Promise<Outcome> {
  try {
    return { ok: true, done: await work };
  } catch (error) {
    if (error instanceof RuleSetRefused) return { ok: false, refused: error };
    throw error;
  }
}
