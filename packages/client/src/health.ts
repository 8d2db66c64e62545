import type { Client, Metadata } from '@grpc/grpc-js';

export type DoorHealth = 'serving' | 'not-serving' | 'unreachable';

const CHECK = '/grpc.health.v1.Health/Check';
const SERVING = 1;

/** The standard health service. Its two messages are one optional field each, read by hand to spare a dependency. */
export function checkHealth(client: Client, metadata: Metadata, timeoutMs: number): Promise<DoorHealth> {
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
      (error, serving) => {
        if (error) resolve('unreachable');
        else resolve(serving === SERVING ? 'serving' : 'not-serving');
      },
    );
  });
}
