import { describe } from 'vitest';
import { redisMissing } from '../redis-server/server.js';

const missing = redisMissing();

/** A suite that needs a real Redis; without one it is skipped by name, with the command that helps. */
export function describeWithRedis(name: string, suite: () => void): void {
  describe.skipIf(missing !== undefined)(missing === undefined ? name : `${name} [skipped: ${missing}]`, suite);
}
