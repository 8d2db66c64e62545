import { EarshotError } from '@earshot/model';
import { encodeStatus, STATUS_DETAILS_TRAILER, type StatusDetail } from '@earshot/wire';
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

/**
 * A coded error with typed messages, which the libraries of every language read as details of the status. They travel in
 * a trailer: message and details together must stay below 4 KB, since some clients take 8 KB of trailers, in base64.
 */
export class DetailedError extends EarshotError {
  readonly messages: readonly StatusDetail[];

  constructor(code: string, message: string, messages: readonly StatusDetail[], options: { retry?: boolean } = {}) {
    super(code, message, options);
    this.messages = messages;
  }
}

/** Any thrown thing as what grpc-js sends: number, sentence, and our code in the trailers. */
export function toGrpcFailure(thrown: unknown): GrpcFailure {
  const error = coded(thrown);
  const { message } = error;
  const code = STATUS[kindOf(error)];
  const metadata = new Metadata();
  metadata.set(CODE_TRAILER, error.code);
  metadata.set(RETRY_TRAILER, String(error.retry));
  if (error instanceof DetailedError) {
    const bytes = encodeStatus({ code, message, details: [...error.messages] });
    metadata.set(STATUS_DETAILS_TRAILER, Buffer.from(bytes));
  }
  return Object.assign(new Error(message), { code, details: message, metadata });
}
