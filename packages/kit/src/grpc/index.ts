export type { AuthenticateCall } from './admission.js';
export * from './create-grpc.js';
export * from './grpc-error.js';
export type { CallContext, Handlers, Service } from './handlers.js';
export type { GrpcAddress } from './listen.js';
export type { MessageStream } from './message-stream.js';
