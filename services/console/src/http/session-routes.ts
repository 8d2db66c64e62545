import { decide, type PolicyName, type StaffPrincipal } from '@earshot/kit/access';
import { EarshotError } from '@earshot/model';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Access } from '../access.js';
import type { Clock } from '../clock.js';
import type { Authenticator } from '../session/authenticate.js';
import { checkDeskToken, type DeskSecret } from '../session/desk-token.js';
import type { SignInLinks } from '../session/links.js';
import type { Sessions } from '../session/sessions.js';
import type { Tickets } from '../session/tickets.js';
import type { AttemptLimit } from './attempts.js';

export interface SessionRoutesDeps {
  access: Access;
  auth: Authenticator;
  sessions: Sessions;
  clock: Clock;
  links: SignInLinks;
  tickets: Tickets;
  attempts: AttemptLimit;
  deskSecret?: DeskSecret;
  cookieName: string;
  secure: boolean;
  /** The desk is framed by pages of another site: its cookie must be allowed to travel there (https only). */
  crossSiteDesk: boolean;
  parentOrigins: readonly string[];
  signInsPerMinute: number;
  lang?: 'zh' | 'en';
  ingestUrl(): string | undefined;
  /** Whether rules are managed here at all. */
  managesRules: boolean;
}

const deskSession = z.strictObject({ staffNumber: z.string().min(1).max(64), token: z.string().min(1).max(8_192) });
const endBody = z.strictObject({ everywhere: z.boolean().optional() });

/** Coming in, being somebody, going out. */
export function registerSessionRoutes(app: FastifyInstance, deps: SessionRoutesDeps): void {
  const { access, auth, sessions, clock } = deps;

  async function begin(reply: FastifyReply, tenant: string, staffNumber: string, framed: boolean): Promise<void> {
    const { token } = await sessions.issue(tenant, staffNumber);
    setCookie(reply, deps, token, framed);
  }

  app.get<{ Querystring: { token?: string } }>(
    '/sign-in',
    // A HEAD of a link preview must not use the link up.
    { exposeHeadRoute: false, config: { policy: 'session.create' } },
    async (request, reply) => {
      deps.attempts(request, 'sign-in', deps.signInsPerMinute);
      const found = await deps.links.redeem(String(request.query.token ?? ''));
      if (!found) return reply.code(401).type('text/html; charset=utf-8').send(USED_LINK);
      const principal = access.principal(found.tenant, found.staffNumber);
      if (!principal || principal.left) throw new EarshotError('left', 'this person does not work here');
      await begin(reply, found.tenant, found.staffNumber, false);
      return reply.redirect(viewOf(principal) === 'desk' ? '/desk.html' : '/', 303);
    },
  );

  app.get('/v1/me', { config: { policy: 'session.read' } }, async (request) => {
    const person = staffOf(request.principal);
    const { tenant, staffNumber, roles } = person;
    const name = access.person(tenant, staffNumber)?.name ?? '';
    const may = (policy: PolicyName) => decide(policy, person).allow;
    const rules = may('rules.publish') ? 'publish' : may('rules.read') ? 'read' : undefined;
    // Who runs the system sees no conversation and gets no live connection.
    const live = may('live.connect') ? undefined : false;
    // What is undefined is left out of the answer.
    return {
      staffNumber,
      name,
      roles,
      lang: deps.lang,
      ingestUrl: deps.ingestUrl(),
      rules: deps.managesRules ? rules : undefined,
      live,
    };
  });

  app.post('/v1/live/ticket', { config: { policy: 'live.connect' } }, async (request) => {
    const session = auth.session(request);
    if (!session) throw new EarshotError('unauthenticated', 'sign in first');
    return { ticket: await deps.tickets.issue(session) };
  });

  app.post('/v1/session/end', { config: { policy: 'session.delete' } }, async (request, reply) => {
    const parsed = endBody.safeParse(request.body ?? {});
    if (!parsed.success) throw new EarshotError('invalid', 'send nothing, or {"everywhere": true}');
    setCookie(reply, deps, '', false);
    const session = auth.session(request);
    if (session && parsed.data.everywhere) await sessions.endAll(session.tenant, session.staffNumber);
    if (session) await sessions.end(session);
    return {};
  });

  app.get('/v1/desk/config', { config: { policy: 'page.read' } }, async () => ({ parentOrigins: deps.parentOrigins }));

  app.post(
    '/v1/desk/session',
    // A whole centre may stand behind one address, and opens its desks in the same minute.
    { config: { policy: 'session.create' } },
    async (request, reply) => {
      deps.attempts(request, 'desk-session', deps.signInsPerMinute * 20);
      const parsed = deskSession.safeParse(request.body);
      if (!parsed.success) throw new EarshotError('invalid', 'send {"staffNumber": "…", "token": "…"}');
      const { staffNumber, token } = parsed.data;
      const { deskSecret } = deps;
      const checked = deskSecret ? await checkDeskToken(token, staffNumber, deskSecret, clock) : notConfigured;
      if (!checked.ok) throw new EarshotError(checked.code, SENTENCES[checked.code]);
      const principal = access.principal(checked.tenant, staffNumber);
      if (!principal || principal.left) throw new EarshotError('left', 'this person does not work here');
      await begin(reply, checked.tenant, staffNumber, true);
      return {};
    },
  );
}

/** Where a person's work is: an agent's on the desk, everybody else's on the wall. */
export function viewOf({ roles }: Pick<StaffPrincipal, 'roles'>): 'desk' | 'wall' {
  return roles.length > 0 && roles.every((role) => role === 'agent') ? 'desk' : 'wall';
}

/** What a person sees who opens a link again. */
const USED_LINK = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Earshot</title>
<p>此登录链接已使用或已过期。请向管理员索取新的链接。</p>
<p lang="en">This sign-in link has been used or is too old. Ask for a new one.</p></html>`;

const notConfigured = { ok: false, code: 'desk-not-configured' } as const;

const SENTENCES = {
  'desk-not-configured': 'desk tokens are not set up for this tenant',
  unauthenticated: 'this desk token is not valid',
} as const;

function staffOf(principal: unknown): StaffPrincipal {
  const staff = principal as StaffPrincipal | undefined;
  if (staff?.kind !== 'staff') throw new EarshotError('unauthenticated', 'sign in first');
  return staff;
}

function setCookie(reply: FastifyReply, deps: SessionRoutesDeps, token: string, framed: boolean): void {
  const crossSite = framed && deps.crossSiteDesk && deps.secure;
  reply.setCookie(deps.cookieName, token, {
    path: '/',
    httpOnly: true,
    secure: deps.secure,
    sameSite: crossSite ? 'none' : 'lax',
    ...(crossSite ? { partitioned: true } : {}),
    ...(token === '' ? { maxAge: 0 } : {}),
  });
}
