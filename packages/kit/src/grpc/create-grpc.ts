import { EarshotError } from '@earshot/model';
import { type handleBidiStreamingCall, type handleUnaryCall, Server } from '@grpc/grpc-js';
import { isPolicyName, type PolicyName } from '../access/policy.js';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import type { DoorTls } from '../tls/door-tls.js';
import { type AuthenticateCall, createAdmission } from './admission.js';
import type { Handlers, Service, StreamHandler, UnaryHandler } from './handlers.js';
import { addLibraryServices, type ReflectionSource } from './library-services.js';
import { type GrpcAddress, type Listener, listen } from './listen.js';
import { type CallDeps, callFigures, refused, safely, wrapStream, wrapUnary } from './wrap-call.js';

export interface GrpcOptions {
  logger: Logger;
  authenticate: AuthenticateCall;
  metrics?: Metrics;
  /** What reflection tells, asked for when somebody wants to know: `@earshot/wire/reflection` has it. */
  reflection?: ReflectionSource;
  /** Absent: plain text. */
  tls?: DoorTls | undefined;
  maxMessageBytes?: number;
  maxConnections?: number;
}

export interface MethodInfo {
  path: string;
  policy: PolicyName;
}

export interface GrpcServer {
  /** Every method needs a policy; throws `policy-missing`. `name` is the service's full name, for health. */
  addService<S extends Service>(
    name: string,
    service: S,
    policies: Record<keyof S, PolicyName>,
    handlers: Handlers<S>,
  ): void;
  /** Every method that is registered now, health and reflection included. */
  methods: readonly MethodInfo[];
  /** Port 0: any free one. Throws `port-taken`, `address-unusable`. */
  listen(at: GrpcAddress): Promise<GrpcAddress>;
  /** Not serving, no new calls, those in hand are finished; what outlives the deadline is cut. Idempotent. */
  stop(deadlineMs?: number): Promise<void>;
  /** For the check that walks the registry of grpc-js itself. */
  server: Server;
}

const MAX_MESSAGE_BYTES = 256 * 1024;

/** A gRPC server with our limits, guards, errors, health (`grpc.health.v1`) and reflection. */
export function createGrpc(options: GrpcOptions): GrpcServer {
  const drain = new AbortController();
  const { logger, authenticate, metrics } = options;
  const policies = new Map<string, PolicyName>();
  const admission = createAdmission({
    authenticate,
    policyOf: (path) => policies.get(path),
    ready: (path) => library.ready(path),
    draining: drain.signal,
    onRefused: (path, thrown) => refused(deps, path, thrown),
  });
  const { principalOf } = admission;
  const figures = metrics && callFigures(metrics);
  const deps: CallDeps = {
    logger,
    principalOf,
    ...(figures && { figures }),
    draining: drain.signal,
    active: new Set(),
  };
  const server = new Server({
    interceptors: [admission.interceptor],
    'grpc.max_receive_message_length': options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
    'grpc.max_concurrent_streams': 4096,
    'grpc.keepalive_time_ms': 15_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.max_connection_idle_ms': 600_000,
  });
  const library = addLibraryServices(server, options.reflection);
  const methods: MethodInfo[] = [...library.methods];
  const names: string[] = [''];
  let listener: Listener | undefined;
  let stopped: Promise<void> | undefined;

  const note = (path: string, policy: unknown): PolicyName => {
    if (!isPolicyName(policy)) throw new EarshotError('policy-missing', `method ${path} has no policy`);
    methods.push({ path, policy });
    return policy;
  };
  function addService<S extends Service>(
    name: string,
    service: S,
    wanted: Record<keyof S, PolicyName>,
    handlers: Handlers<S>,
  ): void {
    for (const [key, method] of Object.entries(service)) {
      const { path, responseSerialize: serialize } = method;
      const policy = note(path, wanted[key]);
      policies.set(path, policy);
      if (method.requestStream) {
        const handler = handlers[key] as StreamHandler<typeof method>;
        const wrapped: handleBidiStreamingCall<unknown, unknown> = wrapStream(path, policy, deps, handler);
        server.register(path, wrapped, serialize, method.requestDeserialize, 'bidi');
      } else {
        const handler = handlers[key] as UnaryHandler<typeof method>;
        const wrapped: handleUnaryCall<never, unknown> = wrapUnary(path, policy, deps, handler);
        server.register(path, wrapped, serialize, safely(method.requestDeserialize) as () => never, 'unary');
      }
    }
    names.push(name);
  }

  async function drainAndClose(deadlineMs: number): Promise<void> {
    for (const name of names) library.setStatus(name, 'NOT_SERVING');
    listener?.close();
    drain.abort();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    const sessionsClosed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    await Promise.race([Promise.all(deps.active), deadline]);
    // A health watcher never ends by itself: the sessions get a moment to flush the last answers, no more.
    let flush: NodeJS.Timeout | undefined;
    const flushed = new Promise<void>((resolve) => {
      flush = setTimeout(resolve, 250);
    });
    await Promise.race([sessionsClosed, flushed, deadline]);
    clearTimeout(flush);
    clearTimeout(timer);
    server.forceShutdown();
    listener?.cut();
  }

  return {
    addService,
    methods,
    server,
    async listen(at) {
      const { tls, maxConnections = 1024 } = options;
      listener = await listen(server, at, { tls, maxConnections });
      for (const name of names) library.setStatus(name, 'SERVING');
      logger.info({ ...listener.address, tls: tls !== undefined }, 'gRPC listens');
      return listener.address;
    },
    stop(deadlineMs = 5_000) {
      stopped ??= drainAndClose(deadlineMs);
      return stopped;
    },
  };
}
