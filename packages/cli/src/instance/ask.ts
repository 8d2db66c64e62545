import { EarshotError } from '@earshot/model';
import { couldNot } from '../failure.js';
import type { Reached } from './instance.js';

const TIMEOUT_MS = 60_000;

/** Codes by which the instance says that the question was wrong, not that it could not answer. */
const ASKED_WRONGLY = new Set([400, 404, 413, 422]);

/**
 * Asks one of the operator's routes of the console. Throws `refused` with the instance's own sentence, or
 * `not-reachable`; the token is in neither.
 */
export async function ask(instance: Reached, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(new URL(path, instance.consoleUrl), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${instance.adminToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch {
    throw couldNot('not-reachable', '', { address: instance.consoleUrl });
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const { message, code } = (answer ?? {}) as { message?: unknown; code?: unknown };
  const said = typeof message === 'string' ? message : typeof code === 'string' ? code : `HTTP ${response.status}`;
  throw new EarshotError('refused', said, {
    detail: { exitCode: ASKED_WRONGLY.has(response.status) ? 2 : 1, message: said },
  });
}
