import { EarshotError } from '@earshot/model';
import { coded, type ErrorKind, kindOf } from '../errors.js';

const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  exhausted: 429,
  unavailable: 503,
  internal: 500,
};

/** What every refusal looks like on the wire. */
export interface ErrorBody {
  code: string;
  message: string;
  /** The same request can succeed later. */
  retry: boolean;
}

export function statusOf(error: EarshotError): number {
  return error.code === 'media-type' ? 415 : STATUS[kindOf(error)];
}

export function bodyOf(error: EarshotError): ErrorBody {
  return { code: error.code, message: error.message, retry: error.retry };
}

const FASTIFY_CODES: Record<string, [code: string, message: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['too-large', 'the body is larger than this door takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media-type', 'this content type is not taken here'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid', 'the body is not as long as its content-length says'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['json-broken', 'the body is empty'],
  FST_ERR_BAD_URL: ['invalid', 'the path is not a valid URL'],
};

interface FastifyLike {
  code?: unknown;
  statusCode?: unknown;
  validation?: { instancePath?: string; keyword?: string }[];
}

/** Errors of Fastify itself get codes of ours; their messages are dropped, because some quote the input. */
export function fromFastify(thrown: unknown): EarshotError {
  if (thrown instanceof EarshotError || !(thrown instanceof Error)) return coded(thrown);
  const { code, statusCode, validation } = thrown as FastifyLike;
  if (validation) {
    const places = validation.map((fault) => fault.instancePath || '/').slice(0, 5);
    return new EarshotError('invalid', `not as expected at ${[...new Set(places)].join(', ')}`);
  }
  const known = typeof code === 'string' ? FASTIFY_CODES[code] : undefined;
  if (known) return new EarshotError(known[0], known[1]);
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new EarshotError('invalid', 'the request cannot be understood', { detail: { statusCode } });
  }
  return coded(thrown);
}
