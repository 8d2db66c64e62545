import { randomBytes } from 'node:crypto';
import type { HintsClock } from './clock.js';
import type { Medium } from './medium.js';
import type { Counted, RateAnswer, RateLimit, Rates } from './port.js';

/** Counters held at once; the one that was begun first goes, and begins anew if it is asked again. */
const MOST_COUNTERS = 50_000;
/** Of one question to the place. */
const MOST_AT_ONCE = 500;
/** The place keeps a window a little longer than it lasts, because clocks differ. */
const KEEP_LONGER_MS = 10_000;

interface Counter extends Counted {
  window: number;
  windowMs: number;
  own: number;
  /** What all others had counted when we asked last. */
  others: number;
}

/** How often something was done here, and what others last said of theirs. */
export interface RatesCopy extends Rates {
  /** One question for all that was counted since. */
  ask(medium: Medium): Promise<boolean>;
}

export function createRates(node: string, clock: HintsClock): RatesCopy {
  const counters = new Map<string, Counter>();
  const untold = new Set<Counter>();
  // What this node counted before it was started again was said under another name, and stands.
  const name = `${node}.${randomBytes(6).toString('base64url')}`;

  function counterOf({ tenant, what, who }: Counted, windowMs: number): Counter {
    const window = Math.floor(clock.now() / windowMs);
    const key = JSON.stringify([tenant, what, who]);
    const known = counters.get(key);
    if (known?.window === window && known.windowMs === windowMs) return known;
    const fresh: Counter = { tenant, what, who, window, windowMs, own: 0, others: 0 };
    counters.delete(key);
    counters.set(key, fresh);
    const [oldest] = counters;
    if (oldest && counters.size > MOST_COUNTERS) counters.delete(oldest[0]);
    return fresh;
  }

  return {
    take(counted: Counted, { max, windowMs }: RateLimit, times = 1): RateAnswer {
      const counter = counterOf(counted, windowMs);
      if (counter.own + counter.others + times > max) {
        const endsMs = (counter.window + 1) * windowMs;
        return { ok: false, retryAfterMs: Math.max(1, endsMs - clock.now()) };
      }
      counter.own += times;
      if (untold.size < MOST_COUNTERS) untold.add(counter);
      return { ok: true };
    },

    async ask(medium) {
      const now = clock.now();
      const asked: Counter[] = [];
      for (const counter of untold) {
        if (asked.length === MOST_AT_ONCE) break;
        untold.delete(counter);
        // A window that is over limits nobody any more.
        if (now < (counter.window + 1) * counter.windowMs) asked.push(counter);
      }
      if (asked.length === 0) return false;
      try {
        const others = await medium.count(
          asked.map(({ tenant, what, who, window, windowMs, own }) => {
            return { tenant, what, who, window, own, node: name, keepMs: windowMs + KEEP_LONGER_MS };
          }),
        );
        for (const [index, counter] of asked.entries()) counter.others = others[index] ?? 0;
      } catch (error) {
        for (const counter of asked) untold.add(counter);
        throw error;
      }
      return true;
    },
  };
}
