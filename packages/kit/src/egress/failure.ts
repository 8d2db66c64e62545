import { EarshotError } from '@earshot/model';

/** Codes of the libraries below, as we name them. */
const CODES: Record<string, string> = {
  ENOTFOUND: 'dns-failed',
  ENODATA: 'dns-failed',
  EAI_AGAIN: 'dns-failed',
  ETIMEOUT: 'dns-failed',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'response-too-large',
  HPE_HEADER_OVERFLOW: 'response-too-large',
};

/** Why a request failed, as a code of ours; nothing that the other side wrote gets in. */
export function failureCode(thrown: unknown): { code: string; mistaken: boolean } {
  if (thrown instanceof AggregateError) return failureCode(thrown.errors[0]);
  if (!(thrown instanceof Error)) return { code: 'network', mistaken: false };
  if (thrown instanceof EarshotError) return { code: thrown.code, mistaken: !thrown.retry };
  if (thrown.name === 'TimeoutError') return { code: 'timeout', mistaken: false };
  if (thrown.name === 'AbortError') return { code: 'stopped', mistaken: false };
  const { code } = thrown as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : CODES[code];
  if (known !== undefined) return { code: known, mistaken: false };
  if (code !== undefined && /^(ERR_TLS|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ERR_SSL|HOSTNAME_)/.test(code)) {
    return { code: 'tls', mistaken: true };
  }
  if (code?.startsWith('HPE_')) return { code: 'response-invalid', mistaken: false };
  return thrown.cause === undefined ? { code: 'network', mistaken: false } : failureCode(thrown.cause);
}
