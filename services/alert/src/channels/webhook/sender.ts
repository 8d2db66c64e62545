import type { Secret } from '@earshot/kit';
import type { Egress, EgressAnswer } from '@earshot/kit/egress';
import type { Route, SecretReference } from '@earshot/model';
import type { Sender } from '../../deliver/ports.js';
import { retryAfterMs, type SendOutcome } from '../../domain/next-step.js';
import { isSigningSecret, type LinkTo, signedHeaders, webhookBody } from './message.js';

export interface WebhookDeps {
  egress: Egress;
  /** The route as it is in force now, and the epoch of the routes it belongs to. */
  route(tenant: string, id: string): Route | undefined;
  routesEpoch(tenant: string): number;
  /** Read anew for each attempt, so that a changed secret is used at once; undefined: it is not there. */
  secret(reference: SecretReference): Secret | undefined;
  linkTo: LinkTo;
  now(): number;
}

/** Signed POSTs to the URL that a route names. */
export function webhookSender(deps: WebhookDeps): Sender {
  return {
    routesEpoch: deps.routesEpoch,
    async send({ tenant, recipient }, due, signal) {
      const route = deps.route(tenant, recipient);
      if (!route) return { kind: 'impossible', code: 'route-removed' };
      const secrets = route.secrets.map((reference) => deps.secret(reference)?.reveal());
      if (secrets.some((secret) => secret === undefined)) return { kind: 'retry', code: 'secret-missing' };
      const usable = secrets.filter((secret) => secret !== undefined && isSigningSecret(secret)) as string[];
      if (usable.length < secrets.length) return { kind: 'retry', code: 'secret-invalid' };
      const body = webhookBody(tenant, due, route.content, deps.linkTo);
      const headers = signedHeaders(due.id, body, usable, deps.now());
      return outcomeOf(await deps.egress.post({ url: route.url, headers, body }, signal), deps.now());
    },
  };
}

/** 2xx is success and nothing else is; 410 says never again; what may pass by itself is tried for long. */
export function outcomeOf(answer: EgressAnswer, nowMs: number): SendOutcome {
  if (answer.kind === 'failed') return { kind: answer.mistaken ? 'refused' : 'retry', code: answer.code };
  const { status } = answer;
  const code = `http-${status}`;
  if (status >= 200 && status < 300) return { kind: 'sent', code };
  if (status === 410) return { kind: 'gone' };
  const passing = status >= 500 || status === 408 || status === 425 || status === 429;
  if (!passing) return { kind: 'refused', code };
  const afterMs = retryAfterMs(answer.retryAfter, nowMs);
  return { kind: 'retry', code, ...(afterMs === undefined ? {} : { afterMs }) };
}
