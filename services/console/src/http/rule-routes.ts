import type { Principal } from '@earshot/kit/access';
import { EarshotError } from '@earshot/model';
import { ruleSetInfo } from '@earshot/rules';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../access.js';
import type { HitsAnswer } from '../history/rule-hits.js';
import { type Outcome, RULE_SET_BYTES, type RuleOffice } from '../rules/rule-office.js';
import type { AttemptLimit } from './attempts.js';

export interface RuleRoutesDeps {
  office: RuleOffice;
  access: Access;
  /** How often each rule hit in the last days. */
  hits(tenant: string): Promise<HitsAnswer>;
  attempts: AttemptLimit;
}

/** The rules in force, their history, and the way to change them. */
export function registerRuleRoutes(app: FastifyInstance, { office, access, hits, attempts }: RuleRoutesDeps): void {
  const read = { config: { policy: 'rules.read' } } as const;
  const publish = { config: { policy: 'rules.publish' }, bodyLimit: RULE_SET_BYTES } as const;

  app.get('/v1/rules', read, async (request) => {
    const { ruleSet, epoch } = office.inForce(callerOf(request));
    return { hash: ruleSet?.hash, epoch, rules: ruleSet ? ruleSetInfo(ruleSet) : [] };
  });

  app.get('/v1/rules/hits', read, async (request) => {
    attempts(request, 'rule-hits', 60);
    return hits(office.tenantOf(callerOf(request)));
  });

  app.get('/v1/rules/versions', read, async (request) => {
    const who = callerOf(request);
    const versions = office.versions(who);
    const names = versions.flatMap(({ by }) => {
      const person = access.person(office.tenantOf(who), by);
      return person ? [[by, person.name] as const] : [];
    });
    return { versions, names: Object.fromEntries(names) };
  });

  app.get<{ Params: { hash: string } }>('/v1/rules/versions/:hash', read, async (request) => {
    const { hash } = request.params;
    return { hash, files: office.files(callerOf(request), hash) };
  });

  app.post('/v1/rules/check', { ...read, bodyLimit: RULE_SET_BYTES }, async (request) => {
    const { rules, faults, examples } = await office.check(request.body);
    return { ok: faults.length + examples.length === 0, rules, faults, examples };
  });

  app.post('/v1/rules/publish', publish, async (request, reply) =>
    answer(reply, await office.publish(callerOf(request), request.body)),
  );

  app.post('/v1/rules/rollback', publish, async (request, reply) =>
    answer(reply, await office.rollBack(callerOf(request), request.body ?? {})),
  );
}

function answer(reply: FastifyReply, outcome: Outcome) {
  if (outcome.ok) return outcome.done;
  const { code, message, retry, faults, examples } = outcome.refused;
  return reply.code(400).send({ code, message, retry, faults, examples });
}

function callerOf({ principal }: FastifyRequest): Principal {
  if (!principal) throw new EarshotError('unauthenticated', 'sign in, or send a valid API key');
  return principal;
}
