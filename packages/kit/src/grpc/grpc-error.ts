import { Metadata, status } from '@grpc/grpc-js';
import { coded, type ErrorKind, kindOf } from '../errors.js';

const STATUS: Record<ErrorKind, status> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  'not-found': status.NOT_FOUND,
  conflict: status.ABORTED,
  'too-large': status.RESOURCE_EXHAUSTED,
  exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  internal: status.INTERNAL,
};

/** Trailers that carry our code beside gRPC's number. */
export const CODE_TRAILER = 'earshot-code';
export const RETRY_TRAILER = 'earshot-retry';

export interface GrpcFailure extends Error {
  code: status;
  details: string;
  metadata: Metadata;
}

/** Any thrown thing as what grpc-js sends: number, sentence, and our code in the trailers. */
export function toGrpcFailure(thrown: unknown): GrpcFailure {
  const error = coded(thrown);
  const metadata = new Metadata();
  metadata.set(CODE_TRAILER, error.code);
  metadata.set(RETRY_TRAILER, String(error.retry));
  return Object.assign(new Error(error.message), { code: STATUS[kindOf(error)], details: error.message, metadata });
}
