import type { Publisher } from '@earshot/control';
import type { Principal } from '@earshot/kit/access';
import { EarshotError } from '@earshot/model';
import { type RuleSet, ruleSetInfo } from '@earshot/rules';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../access.js';
import type { HitsAnswer } from '../history/rule-hits.js';
import { OPERATOR_TENANT } from '../session/authenticate.js';

export interface RuleRoutesDeps {
  publisher: Publisher;
  access: Access;
  rulesInForce(tenant: string): RuleSet | undefined;
  /** How often each rule hit in the last days. */
  hits(tenant: string): Promise<HitsAnswer>;
  /** Whom the operator means. */
  defaultTenant: string;
}

/** A rule set may hold files of 2 MB each. */
const BODY_BYTES = 16 * 1024 * 1024;

const files = z.record(z.string().min(1).max(256), z.string().max(2_000_000));
const why = z.string().trim().max(500).default('');
/** Who sits at the operator's command line; everybody else is known by the credential. */
const author = z.string().trim().min(1).max(64).optional();
const checkBody = z.strictObject({ files });
const publishBody = z.strictObject({ files, appliesToRunning: z.boolean().default(false), why, author });
const rollbackBody = z.strictObject({ to: z.string().min(1).max(128).optional(), why, author });

/** The rules in force, their history, and the way to change them. */
export function registerRuleRoutes(app: FastifyInstance, deps: RuleRoutesDeps): void {
  const { publisher, access } = deps;
  const tenantOf = ({ principal }: FastifyRequest) =>
    principal?.tenant === OPERATOR_TENANT || !principal ? deps.defaultTenant : principal.tenant;
  const read = { config: { policy: 'rules.read' } } as const;
  const publish = { config: { policy: 'rules.publish' }, bodyLimit: BODY_BYTES } as const;

  app.get('/v1/rules', read, async (request) => {
    const tenant = tenantOf(request);
    const ruleSet = deps.rulesInForce(tenant);
    const [version] = publisher.versions(tenant).filter(({ inForce }) => inForce);
    return { hash: ruleSet?.hash, epoch: version?.epoch, rules: ruleSet ? ruleSetInfo(ruleSet) : [] };
  });

  app.get('/v1/rules/hits', { config: { ...read.config, rateLimit: { max: 60, timeWindow: 60_000 } } }, (request) =>
    deps.hits(tenantOf(request)),
  );

  app.get('/v1/rules/versions', read, async (request) => {
    const tenant = tenantOf(request);
    const versions = publisher.versions(tenant);
    const names = versions.flatMap(({ by }) => {
      const person = access.person(tenant, by);
      return person ? [[by, person.name] as const] : [];
    });
    return { versions, names: Object.fromEntries(names) };
  });

  app.get<{ Params: { hash: string } }>('/v1/rules/versions/:hash', read, async (request) => {
    const found = publisher.files(tenantOf(request), request.params.hash);
    if (!found) throw new EarshotError('version-unknown', 'there is no such rule set');
    return { hash: request.params.hash, files: found };
  });

  app.post('/v1/rules/check', { ...read, bodyLimit: BODY_BYTES }, async (request) => {
    const { files: given } = parsed(checkBody, request.body);
    const { faults, examples, rules } = await publisher.check(given);
    return { ok: faults.length + examples.length === 0, rules, faults, examples };
  });

  app.post('/v1/rules/publish', publish, async (request, reply) => {
    const { author: named, ...set } = parsed(publishBody, request.body);
    const by = nameOf(request.principal, named);
    try {
      return await publisher.publish(tenantOf(request), set, { by, why: set.why });
    } catch (error) {
      if (!(error instanceof EarshotError) || !error.detail) throw error;
      const { faults = [], examples = [] } = error.detail;
      const { code, message, retry } = error;
      if (code !== 'rules-invalid' && code !== 'examples-failed') throw error;
      return reply.code(400).send({ code, message, retry, faults, examples });
    }
  });

  app.post('/v1/rules/rollback', publish, async (request) => {
    const { to, why: reason, author: named } = parsed(rollbackBody, request.body ?? {});
    return publisher.rollback(tenantOf(request), to, { by: nameOf(request.principal, named), why: reason });
  });
}

function nameOf(principal: Principal | undefined, author: string | undefined): string {
  if (principal?.kind === 'staff') return principal.staffNumber;
  if (principal?.tenant !== OPERATOR_TENANT) return `key:${principal?.keyId ?? ''}`;
  return author === undefined ? 'operator' : `operator:${author}`;
}

function parsed<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path }) => path.join('.') || 'the body');
  throw new EarshotError('invalid', `not as expected: ${[...new Set(places)].slice(0, 5).join(', ')}`);
}
