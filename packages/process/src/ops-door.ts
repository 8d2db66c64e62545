import { timingSafeEqual } from 'node:crypto';
import type { Health, Logger, Metrics, Secret } from '@earshot/kit';
import { bearerOf, type IntegrationPrincipal } from '@earshot/kit/access';
import { createHttp, type HttpServer, isLoopback, registerHealthRoutes } from '@earshot/kit/http';

export interface OpsDoorOptions {
  host: string;
  health: Health;
  logger: Logger;
  metrics: Metrics;
  metricsToken?: Secret;
}

/** Health for everybody; figures for who is on this machine or has the token. Not listening yet. */
export function createOpsDoor({ host, health, logger, metrics, metricsToken }: OpsDoorOptions): HttpServer {
  const http = createHttp({
    logger,
    metrics,
    authenticate: (request) => {
      const onLoopback = isLoopback(host) && request.headers['x-forwarded-for'] === undefined;
      const presented = bearerOf([request.headers.authorization].flatMap((one) => one ?? []));
      return onLoopback || isSame(presented, metricsToken) ? READER : undefined;
    },
  });
  registerHealthRoutes(http.app, health, metrics);
  return http;
}

const READER: IntegrationPrincipal = { kind: 'integration', tenant: '', keyId: 'ops', scopes: ['metrics:read'] };

function isSame(presented: string | undefined, token: Secret | undefined): boolean {
  if (presented === undefined || token === undefined) return false;
  const [given, wanted] = [Buffer.from(presented), Buffer.from(token.reveal())];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
