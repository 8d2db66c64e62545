import { EarshotError } from '@earshot/model';

/** What a caller should think of an error; each door spells it in its own way. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'exhausted'
  | 'unavailable'
  | 'internal';

const KINDS: Record<string, ErrorKind> = {
  unauthenticated: 'unauthenticated',
  'key-expired': 'unauthenticated',
  'session-expired': 'unauthenticated',
  forbidden: 'forbidden',
  'role-missing': 'forbidden',
  'scope-missing': 'forbidden',
  'not-yours': 'forbidden',
  'tenant-mismatch': 'forbidden',
  left: 'forbidden',
  'host-refused': 'forbidden',
  'origin-refused': 'forbidden',
  'not-found': 'not-found',
  'conversation-unknown': 'not-found',
  'alert-unknown': 'not-found',
  'person-unknown': 'not-found',
  'version-unknown': 'not-found',
  'dead-letter-unknown': 'not-found',
  conflict: 'conflict',
  'too-large': 'too-large',
  'log-full': 'exhausted',
  'spool-full': 'exhausted',
  'rate-limited': 'exhausted',
  'log-closed': 'unavailable',
  stopping: 'unavailable',
  internal: 'internal',
};

/** A code without an entry is the sender's mistake, unless it says that trying again can help. */
export function kindOf(error: EarshotError): ErrorKind {
  return KINDS[error.code] ?? (error.retry ? 'unavailable' : 'invalid');
}

/** Any thrown thing as a coded error. What is foreign becomes `internal`: its own message may quote the input. */
export function coded(thrown: unknown): EarshotError {
  if (thrown instanceof EarshotError) return thrown;
  return new EarshotError('internal', 'something went wrong on our side', { cause: thrown });
}
