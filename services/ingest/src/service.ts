import type { Hints } from '@earshot/hints';
import { createHealth, createScope, type Health, type Logger, type Metrics } from '@earshot/kit';
import { createGrpc, type GrpcAddress, type MethodInfo } from '@earshot/kit/grpc';
import { createHttp, isLoopback, type RouteInfo, registerHealthRoutes } from '@earshot/kit/http';
import type { DoorTls } from '@earshot/kit/tls';
import type { Log, Spool } from '@earshot/log';
import { EarshotError, type RuleSetStamp } from '@earshot/model';
import type { Masker } from '@earshot/privacy';
import { createAcceptor } from './accept-event.js';
import { type Appender, createAppender } from './appender.js';
import { limitPerKey } from './credential-limit.js';
import { openGrpcDoor } from './grpc-door.js';
import { openHttpDoor } from './http-door.js';
import { identify, type Keys } from './identify.js';
import { followInbound, type InboundSource } from './inbound.js';
import { onPost } from './on-post.js';
import { measureSpool } from './spool/measure-spool.js';
import { createSpoolingAppender } from './spool/spooling-appender.js';

export interface IngestLimits {
  /** Unacknowledged events of one stream. */
  window: number;
  /** Events of one unary or HTTP request. */
  batch: number;
  /** Events of one append to the log. */
  append: number;
  /** Events that wait for the log, all senders together. */
  waiting: number;
  /** How long a stop tries to hand over what is in the spool. */
  drainMs: number;
}

export const INGEST_LIMITS: IngestLimits = { window: 256, batch: 500, append: 1_000, waiting: 50_000, drainMs: 5_000 };

export interface IngestDeps {
  log: Log;
  /**
   * Where events are acknowledged from while the log is away; stays open. Absent: they are refused then, which is right
   * for a log on the same disk.
   */
  spool?: Spool;
  /** The masker of a tenant; always the same one, since its hashes make repeats equal. */
  masker(tenant: string): Masker;
  /** The rule set in force for a tenant; undefined before the first one has been read. */
  ruleSetStamp(tenant: string): RuleSetStamp | undefined;
  keys: Keys;
  /** Topics that others publish to; absent: nobody outside can reach the log. */
  inbound?: readonly InboundSource[];
  /** Tenant of callers without a key, on loopback while no key exists. */
  localTenant?: string;
  /** Epoch ms. */
  clock?: () => number;
  logger: Logger;
  metrics: Metrics;
  health?: Health;
  limits?: Partial<IngestLimits>;
  /** What one credential may send in a second, at all doors together; absent: what the log takes. */
  perKey?: { hints: Pick<Hints, 'rates'>; eventsPerSecond: number };
  /** Where to listen; port 0 takes any free one. */
  grpc: GrpcAddress;
  http: GrpcAddress;
  /** A door without it speaks plain text. */
  tls?: { grpc?: DoorTls | undefined; http?: DoorTls | undefined };
  allowedHosts?: readonly string[];
}

export interface IngestAddresses {
  grpc: GrpcAddress;
  http: GrpcAddress & { url: string };
}

export interface Ingest {
  /** Throws `keys-missing` beyond loopback without keys, `port-taken`; what it had opened is closed again. */
  start(): Promise<IngestAddresses>;
  /**
   * Takes nothing new, acknowledges what is in hand, closes the doors; what is in the spool is handed over for as long as
   * the log takes it, a few seconds at most. Idempotent; log and spool stay open.
   */
  stop(): Promise<void>;
  /** Throws before `start` has resolved. */
  addresses(): IngestAddresses;
  /** Every route and method that is open, with its policy. Throws before `start` has resolved. */
  registry(): { routes: readonly RouteInfo[]; methods: readonly MethodInfo[] };
}

/** The door: gRPC and HTTP in, masked facts on the log. Keeps nothing but what waits for the log. */
export function create(deps: IngestDeps): Ingest {
  const { log, keys, logger, metrics, clock = Date.now, localTenant = 'default' } = deps;
  const limits = { ...INGEST_LIMITS, ...deps.limits };
  const health = deps.health ?? createHealth();
  const scope = createScope();
  let opened: Opened | undefined;

  async function open(): Promise<Opened> {
    for (const { host } of [deps.grpc, deps.http]) {
      if (!isLoopback(host) && !keys.configured()) {
        const message = `without API keys this listens on loopback only, not on ${host}; make a key in people.yaml`;
        throw new EarshotError('keys-missing', message, { detail: { host, exitCode: 2 } });
      }
    }
    const appender = openAppender();
    scope.defer('appends in hand', () => appender.stop());
    metrics.gauge('earshot_ingest_waiting', 'Events that wait for the log', [], () => appender.waiting());
    const { masker, ruleSetStamp } = deps;
    const { perKey } = deps;
    const onEvent = perKey && limitPerKey(perKey.hints.rates, perKey.eventsPerSecond);
    const acceptor = createAcceptor({ appender, masker, ruleSetStamp, clock, metrics, ...(onEvent && { onEvent }) });

    const who = (at: GrpcAddress) => {
      const options = { keys, clock, localTenant, onLoopback: isLoopback(at.host) };
      return (authorization: readonly string[]) => identify(authorization, options);
    };
    const whoCalls = who(deps.grpc);
    const grpc = createGrpc({
      logger,
      metrics,
      authenticate: (metadata) => whoCalls(metadata.get('authorization').map(String)),
      reflection: async () => (await import('@earshot/wire/reflection')).reflectionPackageDefinition(),
      tls: deps.tls?.grpc,
    });
    openGrpcDoor(grpc, acceptor, limits);

    const whoPosts = who(deps.http);
    const http = createHttp({
      logger,
      metrics,
      allowedHosts: deps.allowedHosts,
      // Only the door itself asks who it is: health and docs are open to everybody.
      authenticate: (request) =>
        request.routeOptions.config.policy === 'ingest.append'
          ? whoPosts(authorizationsOf(request.raw.rawHeaders))
          : undefined,
      pluginPolicies: { '/docs': 'docs.read' },
      tls: deps.tls?.http,
    });
    registerHealthRoutes(http.app, health);
    await openHttpDoor(http, onPost(acceptor, limits.batch));

    scope.defer('ingest HTTP', () => http.stop());
    const httpAddress = await http.listen(deps.http);
    scope.defer('ingest gRPC', () => grpc.stop());
    const grpcAddress = await grpc.listen(deps.grpc);
    for (const source of deps.inbound ?? []) {
      // Not waited for: a log that is away holds up no door.
      scope.use(`inbound ${source.topic}`, followInbound(source, { log, acceptor, logger, metrics }));
    }
    const addresses = { grpc: grpcAddress, http: httpAddress };
    return { addresses, registry: { routes: http.routes, methods: grpc.methods } };
  }

  function openAppender(): Appender {
    const { spool } = deps;
    const { append: batch, waiting, drainMs } = limits;
    if (!spool) return createAppender(log, { batch, waiting });
    const measures = measureSpool(metrics);
    const spooling = createSpoolingAppender({ log, spool, logger, measures, limits: { batch, waiting, drainMs } });
    scope.defer('health of the spool', health.readiness('spool', spooling.condition));
    return spooling;
  }

  return {
    async start() {
      try {
        opened = await open();
        return opened.addresses;
      } catch (error) {
        await scope.close();
        throw error;
      }
    },
    async stop() {
      const [failure] = await scope.close();
      if (failure)
        throw new EarshotError('stop-failed', `${failure.name}: ${failure.reason}`, { cause: failure.error });
    },
    addresses: () => running().addresses,
    registry: () => running().registry,
  };

  function running(): Opened {
    if (!opened) throw new EarshotError('not-started', 'ingest has not started yet');
    return opened;
  }
}

interface Opened {
  addresses: IngestAddresses;
  registry: ReturnType<Ingest['registry']>;
}

/** All of them: Node keeps the first of several `authorization` headers, and two are no credential. */
function authorizationsOf(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization');
}
