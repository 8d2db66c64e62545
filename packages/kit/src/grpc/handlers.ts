import type { Metadata } from '@grpc/grpc-js';
import type { Principal } from '../access/principal.js';
import type { MessageStream } from './message-stream.js';

/** What a handler knows of the call besides its messages. */
export interface CallContext {
  principal: Principal | undefined;
  metadata: Metadata;
  /** Aborted when the caller has gone. */
  cancelled: AbortSignal;
  /** Aborted when the server stops: take nothing new, finish what is in hand, return. */
  draining: AbortSignal;
}

interface MethodShape {
  path: string;
  requestStream: boolean;
  responseStream: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the bound of a generic; each method fills in its own message types
  requestDeserialize: (bytes: Buffer) => any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  requestSerialize: (value: any) => Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  responseSerialize: (value: any) => Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  responseDeserialize: (bytes: Buffer) => any;
}

/** A service of generated code: unary and bidirectional methods. */
export type Service = Record<string, MethodShape>;

type Request<M extends MethodShape> = ReturnType<M['requestDeserialize']>;
type Response<M extends MethodShape> = Parameters<M['responseSerialize']>[0];

export type UnaryHandler<M extends MethodShape> = (request: Request<M>, context: CallContext) => Promise<Response<M>>;

/** Returns when every answer has been written; the server then ends the stream with OK. */
export type StreamHandler<M extends MethodShape> = (
  stream: MessageStream<Request<M>, Response<M>>,
  context: CallContext,
) => Promise<void>;

export type Handlers<S extends Service> = {
  [Name in keyof S]: S[Name]['requestStream'] extends true ? StreamHandler<S[Name]> : UnaryHandler<S[Name]>;
};
