import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';

/** Tokens that open one door once. Only their hashes are held, so a memory dump opens nothing. */
export interface OneTime<T> {
  /** 32 random bytes, base64url. */
  issue(value: T): string;
  /** The value the first time, within the time to live; undefined ever after. */
  redeem(token: string): T | undefined;
}

export function createOneTime<T>(clock: Clock, options: { timeToLiveMs: number; limit: number }): OneTime<T> {
  const held = new Map<string, { value: T; expiresMs: number }>();

  function dropOld(): void {
    const now = clock.now();
    // Issued in order, so the oldest stand in front.
    for (const [hash, { expiresMs }] of held) {
      if (expiresMs > now && held.size <= options.limit) return;
      held.delete(hash);
    }
  }

  return {
    issue(value) {
      const token = randomBytes(32).toString('base64url');
      held.set(hashOf(token), { value, expiresMs: clock.now() + options.timeToLiveMs });
      dropOld();
      return token;
    },
    redeem(token) {
      if (!/^[\w-]{43}$/.test(token)) return undefined;
      const hash = hashOf(token);
      const found = held.get(hash);
      held.delete(hash);
      return found && found.expiresMs > clock.now() ? found.value : undefined;
    },
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
