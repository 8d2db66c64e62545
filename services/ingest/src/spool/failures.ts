import { EarshotError } from '@earshot/model';

/** Whatever was thrown as a coded error; what is foreign may quote its input and is not repeated. */
export function failureOf(error: unknown): EarshotError {
  if (error instanceof EarshotError) return error;
  return new EarshotError('internal', 'something went wrong on our side', { retry: true, cause: error });
}

export function logSilent(): EarshotError {
  return new EarshotError('log-silent', 'The log has not answered at all.', { retry: true });
}
