import { EarshotError } from '@earshot/model';
import type { handleBidiStreamingCall, handleUnaryCall, Metadata } from '@grpc/grpc-js';
import { decideAtDoor, enforce } from '../access/decide.js';
import type { PolicyName } from '../access/policy.js';
import type { Principal } from '../access/principal.js';
import { coded } from '../errors.js';
import { asError, type Logger } from '../logger.js';
import { type Metrics, REQUEST_BUCKETS_SECONDS } from '../metrics.js';
import { stopping } from './admission.js';
import { type GrpcFailure, toGrpcFailure } from './grpc-error.js';
import type { CallContext } from './handlers.js';
import { type MessageStream, messageStream } from './message-stream.js';

export interface CallDeps {
  /** Who was let in with this call. */
  principalOf(metadata: Metadata): Principal | undefined;
  logger: Logger;
  figures?: CallFigures;
  draining: AbortSignal;
  /** Calls in hand; the server waits for them when it stops. */
  active: Set<Promise<void>>;
}

export type CallFigures = ReturnType<typeof callFigures>;

export function callFigures(metrics: Metrics) {
  return {
    calls: metrics.counter('earshot_grpc_calls_total', 'Finished calls', ['method', 'code']),
    durations: metrics.durations(
      'earshot_grpc_call_duration_seconds',
      'From a call with one answer to that answer',
      ['method'],
      REQUEST_BUCKETS_SECONDS,
    ),
  };
}

/** A request as it was decoded, or the fact that it could not be. */
export type DecodedRequest<T> = { readable: true; request: T } | { readable: false };

/** Decoding never throws: grpc-js would answer with the decoder's own words and status INTERNAL. */
export function safely<T>(deserialize: (bytes: Buffer) => T): (bytes: Buffer) => DecodedRequest<T> {
  return (bytes) => {
    try {
      return { readable: true, request: deserialize(bytes) };
    } catch {
      return { readable: false };
    }
  };
}

export function wrapUnary<Req, Res>(
  path: string,
  policy: PolicyName,
  deps: CallDeps,
  handler: (request: Req, context: CallContext) => Promise<Res>,
): handleUnaryCall<DecodedRequest<Req>, Res> {
  return (call, callback) => {
    const answered = deps.figures?.durations.startTimer({ method: path });
    void track(deps, path, async () => {
      try {
        const context = contextOf(policy, deps, call);
        if (!call.request.readable) throw new EarshotError('undecodable', 'the bytes are not a readable message');
        callback(null, await handler(call.request.request, context));
      } catch (thrown) {
        callback(toGrpcFailure(thrown));
        throw thrown;
      } finally {
        answered?.();
      }
    });
  };
}

export function wrapStream<Req, Res>(
  path: string,
  policy: PolicyName,
  deps: CallDeps,
  handler: (stream: MessageStream<Req, Res>, context: CallContext) => Promise<void>,
): handleBidiStreamingCall<Req, Res> {
  return (call) => {
    void track(deps, path, async () => {
      try {
        const context = contextOf(policy, deps, call);
        await handler(messageStream(call, deps.draining), context);
        if (deps.draining.aborted && !call.readableEnded) throw stopping();
        call.end();
      } catch (thrown) {
        if (!call.destroyed) call.emit('error', toGrpcFailure(thrown));
        throw thrown;
      }
    });
  };
}

interface AnyCall {
  metadata: Metadata;
  cancelled: boolean;
  once(event: 'cancelled', listener: () => void): unknown;
}

function contextOf(policy: PolicyName, { principalOf, draining }: CallDeps, call: AnyCall): CallContext {
  const gone = new AbortController();
  call.once('cancelled', () => gone.abort());
  if (draining.aborted) throw stopping();
  const { metadata } = call;
  const principal = principalOf(metadata);
  // Asked at the door already; a call that came past it must not get further than this.
  enforce(decideAtDoor(policy, principal));
  if (call.cancelled) gone.abort();
  return { principal, metadata, cancelled: gone.signal, draining };
}

/** A call that was not let in: counted like one that failed. */
export function refused(deps: CallDeps, path: string, thrown: unknown): GrpcFailure {
  void track(deps, path, () => Promise.reject(asError(thrown)));
  return toGrpcFailure(thrown);
}

/** Counts the call by its outcome and keeps it in `active` until it is over. */
function track(deps: CallDeps, path: string, work: () => Promise<void>): Promise<void> {
  const calls = deps.figures?.calls;
  const running = work().then(
    () => void calls?.inc({ method: path, code: 'ok' }),
    (thrown: unknown) => {
      const error = coded(thrown);
      calls?.inc({ method: path, code: error.code });
      if (error.code === 'internal') deps.logger.error({ method: path, err: asError(thrown) }, 'call failed');
      else deps.logger.debug({ method: path, code: error.code }, 'call refused');
    },
  );
  const tracked = running.finally(() => deps.active.delete(tracked));
  deps.active.add(tracked);
  return tracked;
}
