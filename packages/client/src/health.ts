import type { EarshotError } from '@earshot/model';
import { type Client, type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { tlsError, toEarshotError } from './send-result.js';

export type DoorHealth = 'serving' | 'not-serving' | 'unreachable';

const CHECK = '/grpc.health.v1.Health/Check';
const SERVING = 1;

/** The standard health service. Its two messages are one optional field each, read by hand to spare a dependency. */
export async function checkHealth(client: Client, metadata: Metadata, timeoutMs: number): Promise<DoorHealth> {
  const { error, serving } = await ask(client, metadata, timeoutMs);
  if (error) return 'unreachable';
  return serving === SERVING ? 'serving' : 'not-serving';
}

/**
 * What became of a call that failed. One that waited for a connection until its time was up does not know what was in
 * the way; one that waits for nothing is told at once.
 */
export async function whyFailed(client: Client, metadata: Metadata, error: ServiceError): Promise<EarshotError> {
  if (error.code !== status.DEADLINE_EXCEEDED) return toEarshotError(error);
  const { error: inTheWay } = await ask(client, metadata, ASK_WITHIN_MS);
  return (inTheWay && tlsError(inTheWay)) ?? toEarshotError(error);
}

const ASK_WITHIN_MS = 1_000;

interface Answer {
  error: ServiceError | null;
  serving: number | undefined;
}

function ask(client: Client, metadata: Metadata, timeoutMs: number): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      CHECK,
      () => Buffer.alloc(0),
      // Field 1, a number; absent it is 0, unknown.
      (bytes) => (bytes[0] === 0x08 ? bytes[1] : 0),
      {},
      metadata,
      { deadline },
      (error, serving) => resolve({ error, serving }),
    );
  });
}
