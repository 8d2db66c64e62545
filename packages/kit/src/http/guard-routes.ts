import { EarshotError } from '@earshot/model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decide, decideAtDoor, enforce, needsResource } from '../access/decide.js';
import { isPolicyName, type PolicyName } from '../access/policy.js';
import type { Principal, Resource } from '../access/principal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The row of the access table that guards this route. */
    policy?: PolicyName;
  }
  interface FastifyRequest {
    principal: Principal | undefined;
    /** Throws unless the route's policy lets the caller at this resource. */
    allow(resource: Resource): void;
    /** The same as an answer, for lists that leave out what the caller may not see. */
    sees(resource: Resource): boolean;
    /** Whether `allow` or `sees` has been asked; a route whose policy needs an owner may not answer before. */
    ownerChecked: boolean;
  }
}

export type Authenticate = (request: FastifyRequest) => Promise<Principal | undefined> | Principal | undefined;

export interface RouteInfo {
  method: string;
  url: string;
  policy: PolicyName;
}

/**
 * Puts every route under its policy: one without is refused when it is registered, so the program does not start.
 * Returns the live list of routes.
 */
export function guardRoutes(
  app: FastifyInstance,
  authenticate: Authenticate,
  pluginPolicies: Readonly<Record<string, PolicyName>>,
): RouteInfo[] {
  const routes: RouteInfo[] = [];

  app.addHook('onRoute', (route) => {
    const prefix = Object.keys(pluginPolicies).find((one) => route.url === one || route.url.startsWith(`${one}/`));
    const policy = route.config?.policy ?? (prefix && pluginPolicies[prefix]);
    if (!isPolicyName(policy)) {
      throw new EarshotError('policy-missing', `route ${String(route.method)} ${route.url} has no policy`);
    }
    route.config = { ...route.config, policy };
    for (const method of [route.method].flat()) routes.push({ method, url: route.url, policy });
  });

  app.decorateRequest('principal', undefined);
  app.decorateRequest('ownerChecked', false);
  app.decorateRequest('allow', function (this: FastifyRequest, resource: Resource) {
    this.ownerChecked = true;
    enforce(decide(policyOfRequest(this), this.principal, resource));
  });
  app.decorateRequest('sees', function (this: FastifyRequest, resource: Resource) {
    this.ownerChecked = true;
    return decide(policyOfRequest(this), this.principal, resource).allow;
  });

  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    request.principal = await authenticate(request);
    enforce(decideAtDoor(policyOfRequest(request), request.principal));
  });

  // A handler that forgot to ask whose thing it is answers nobody.
  app.addHook('onSend', async (request, reply) => {
    if (request.is404 || request.ownerChecked || reply.statusCode >= 400) return;
    const policy = request.routeOptions.config.policy;
    if (policy && needsResource(policy)) throw new EarshotError('internal', 'the owner of this was never checked');
  });

  return routes;
}

function policyOfRequest(request: FastifyRequest): PolicyName {
  const { policy } = request.routeOptions.config;
  if (!policy) throw new EarshotError('policy-missing', 'this route has no policy');
  return policy;
}
