import { EarshotError } from '@earshot/model';

/**
 * What may be kept of a thrown thing. Messages of foreign errors are dropped, because V8 and libraries quote their
 * input in them (`Unexpected token … "the text" is not valid JSON`); system errors only name calls and paths.
 */
export function serializeError(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const kept: Record<string, unknown> = { name: thrown.name, frames: framesOf(thrown) };
  const { code, syscall } = thrown as { code?: unknown; syscall?: unknown };
  if (typeof code === 'string' || typeof code === 'number') kept.code = code;
  if (thrown instanceof EarshotError) {
    kept.message = thrown.message;
    kept.retry = thrown.retry;
    kept.detail = flatOnly(thrown.detail);
  } else if (typeof syscall === 'string') {
    kept.message = thrown.message;
  }
  if (thrown.cause !== undefined) kept.cause = serializeError(thrown.cause);
  return kept;
}

function framesOf(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n');
  return lines
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.slice(7))
    .slice(0, 12);
}

/** Figures and short words only: a nested object in a detail is more likely a payload than a fact. */
function flatOnly(detail: Record<string, unknown>): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(detail)) {
    if (typeof value === 'number' || typeof value === 'boolean') flat[key] = value;
    else if (typeof value === 'string') flat[key] = value.slice(0, 200);
  }
  return flat;
}
