import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '@earshot/kit';
import { type ApiKey, bearerOf, checkApiKey, type Principal } from '@earshot/kit/access';
import { EarshotError } from '@earshot/model';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../access.js';
import type { Clock } from '../clock.js';
import type { Session, Sessions } from './sessions.js';

/** The operator of this installation, who is of no tenant. */
export const OPERATOR_TENANT = '*';

export interface AuthenticateDeps {
  sessions: Sessions;
  access: Access;
  clock: Clock;
  cookieName: string;
  adminToken?: Secret;
  apiKeys?(): readonly ApiKey[];
  /** Whoever reaches a server that is bound to loopback may read its figures. */
  openMetrics: boolean;
  /** A request by this API key; throws `rate-limited` when there were too many of them. */
  onKey(tenant: string, keyId: string): void;
}

export interface Authenticator {
  principal(request: FastifyRequest): Promise<Principal | undefined>;
  /** By the `authorization` headers alone; undefined if there is none. Throws `unauthenticated`, `key-expired`, `rate-limited`. */
  bearer(authorization: readonly string[]): Principal | undefined;
  /** The session that the request came with; only after `principal`. */
  session(request: FastifyRequest): Session | undefined;
}

/** Who calls, by the credential in the request: a bearer token or the session's cookie, never both. */
export function createAuthenticator(deps: AuthenticateDeps): Authenticator {
  const { sessions, access, clock, cookieName } = deps;
  const bySession = new WeakMap<FastifyRequest, Session>();
  const admin = deps.adminToken && digest(deps.adminToken.reveal());

  function byToken(token: string): Principal {
    if (admin && timingSafeEqual(digest(token), admin)) {
      return {
        kind: 'integration',
        tenant: OPERATOR_TENANT,
        keyId: 'operator',
        scopes: ['tools:read', 'tools:write', 'metrics:read', 'rules:read', 'rules:write'],
      };
    }
    const checked = checkApiKey(deps.apiKeys?.() ?? [], token, clock.now());
    if (!checked.ok) throw new EarshotError(checked.code, 'this credential is not valid');
    deps.onKey(checked.principal.tenant, checked.principal.keyId);
    return checked.principal;
  }

  function bearer(authorization: readonly string[]): Principal | undefined {
    if (authorization.length === 0) return undefined;
    const token = bearerOf(authorization);
    if (token === undefined) throw new EarshotError('unauthenticated', 'this credential is not valid');
    return byToken(token);
  }

  return {
    bearer,
    async principal(request) {
      if (request.headers.authorization !== undefined) return bearer(request.raw.headersDistinct.authorization ?? ['']);
      const cookie =
        request.headers.cookie === undefined
          ? undefined
          : request.server.parseCookie(request.headers.cookie)[cookieName];
      const session = cookie === undefined ? undefined : await sessions.read(cookie);
      if (session) {
        bySession.set(request, session);
        return access.principal(session.tenant, session.staffNumber);
      }
      const figures = request.routeOptions.config.policy === 'metrics.read';
      if (deps.openMetrics && figures && request.headers['x-forwarded-for'] === undefined) {
        return { kind: 'integration', tenant: OPERATOR_TENANT, keyId: 'loopback', scopes: ['metrics:read'] };
      }
      return undefined;
    },
    session: (request) => bySession.get(request),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
