import { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { EarshotError } from '@earshot/model';
import { type FastifyInstance, fastify } from 'fastify';
import type { PolicyName } from '../access/policy.js';
import { asError, type Logger } from '../logger.js';
import { type Metrics, REQUEST_BUCKETS_SECONDS } from '../metrics.js';
import { type DoorTls, HANDSHAKE_WITHIN_MS } from '../tls/door-tls.js';
import { closeConnections } from './connections.js';
import { type Authenticate, guardRoutes, type RouteInfo } from './guard-routes.js';
import { type HostGuard, hostGuard } from './host-guard.js';
import { parseJson, utf8 } from './json.js';
import { bodyOf, fromFastify, statusOf } from './reply-error.js';

export interface HttpOptions {
  logger: Logger;
  /** Who calls, by the credential in the request. Throws a coded error for a bad credential. */
  authenticate: Authenticate;
  /** Policies of routes that plugins bring along, by path prefix: `{ '/docs': 'docs.read' }`. */
  pluginPolicies?: Readonly<Record<string, PolicyName>>;
  allowedHosts?: readonly string[];
  metrics?: Metrics;
  bodyLimitBytes?: number;
  /** Absent: plain text. */
  tls?: DoorTls | undefined;
}

export interface HttpServer {
  app: FastifyInstance;
  /** Every route that is registered now. */
  routes: readonly RouteInfo[];
  /** Port 0: any free one. Throws `port-taken`, `address-unusable`. */
  listen(at: { host: string; port: number }): Promise<{ host: string; port: number; url: string }>;
  /** Stops listening and finishes the requests in hand; those that take longer than three seconds are cut. */
  stop(): Promise<void>;
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const MAX_CONNECTIONS = 4_096;
/** A client that sends its headers a byte at a time does not keep a socket. */
const TIMES = { headersTimeout: 10_000, connectionsCheckingInterval: 5_000 };
const clientsOf = ({ asksClients }: DoorTls) => ({
  handshakeTimeout: HANDSHAKE_WITHIN_MS,
  requestCert: asksClients,
  rejectUnauthorized: asksClients,
});

/** A Fastify with our limits, guards and errors; register routes with `config: { policy: '…' }`. */
export function createHttp(options: HttpOptions): HttpServer {
  const { logger, metrics, tls } = options;
  const common = {
    logger: false,
    bodyLimit: options.bodyLimitBytes ?? BODY_LIMIT_BYTES,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 256 },
  } as const;
  const app: FastifyInstance = tls
    ? (fastify({ ...common, https: { ...TIMES, ...tls.context(), ...clientsOf(tls) } }) as unknown as FastifyInstance)
    : fastify({ ...common, http: TIMES });
  app.server.maxConnections = MAX_CONNECTIONS;
  const { server } = app;
  const endRenewals =
    tls && server instanceof HttpsServer ? tls.follow((context) => server.setSecureContext(context)) : undefined;
  const connections = closeConnections(app.server);
  let guardHost: HostGuard = hostGuard({ bound: '127.0.0.1', allowedHosts: options.allowedHosts });

  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
    return parseJson(utf8(body));
  });

  app.addHook('onRequest', async (request) => guardHost(request.headers.host, request.headers.origin));
  const routes = guardRoutes(app, options.authenticate, options.pluginPolicies ?? {});
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
  });

  const requests = metrics?.counter('earshot_http_requests_total', 'Answered requests', ['method', 'route', 'status']);
  const durations = metrics?.durations(
    'earshot_http_request_duration_seconds',
    'From a request to the end of its answer',
    ['method', 'route'],
    REQUEST_BUCKETS_SECONDS,
  );
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests?.inc({ method: request.method, route, status: String(reply.statusCode) });
    durations?.observe({ method: request.method, route }, reply.elapsedTime / 1_000);
    const ms = Math.round(reply.elapsedTime);
    logger.debug({ method: request.method, route, status: reply.statusCode, ms }, 'answered');
  });

  app.setErrorHandler((thrown, request, reply) => {
    const error = fromFastify(thrown);
    const status = statusOf(error);
    if (status >= 500) {
      const route = request.routeOptions.url ?? 'unknown';
      logger.error({ method: request.method, route, code: error.code, err: asError(thrown) }, 'request failed');
    }
    if (error.retry || status === 429) reply.header('retry-after', String(secondsToWait(error)));
    return reply
      .code(status)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(bodyOf(error)));
  });
  app.setNotFoundHandler(() => {
    throw new EarshotError('not-found', 'there is nothing at this path');
  });

  return {
    app,
    routes,
    async listen({ host, port }) {
      guardHost = hostGuard({ bound: host, allowedHosts: options.allowedHosts });
      try {
        await app.listen({ host, port });
      } catch (cause) {
        throw listenError(cause, host, port);
      }
      const bound = app.server.address() as AddressInfo;
      const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
      return { host: bound.address, port: bound.port, url: `http${tls ? 's' : ''}://${name}:${bound.port}` };
    },
    async stop() {
      connections.begin();
      endRenewals?.();
      try {
        await app.close();
      } finally {
        connections.done();
      }
    },
  };
}

function secondsToWait({ detail }: EarshotError): number {
  const { retryAfterMs } = detail;
  return typeof retryAfterMs === 'number' ? Math.max(1, Math.ceil(retryAfterMs / 1_000)) : 1;
}

function listenError(cause: unknown, host: string, port: number): unknown {
  const { code } = cause as { code?: unknown };
  if (code === 'EADDRINUSE') return portTaken(port, cause);
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') {
    return new EarshotError('address-unusable', `cannot listen on ${host}:${port}`, { cause });
  }
  return cause;
}

export function portTaken(port: number, cause?: unknown): EarshotError {
  return new EarshotError('port-taken', `port ${port} is in use by another program`, { detail: { port }, cause });
}
