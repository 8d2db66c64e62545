import type { CheckResult } from '@earshot/kit';
import type { Log } from '@earshot/log';
import { TOPICS } from '@earshot/wire';

const ASK_EVERY_MS = 5_000;
const SILENT_AFTER_MS = 15_000;

/** Whether the log answers: asked now and then, never twice at once, so that asking for health is free. */
export function watchLog(log: Pick<Log, 'bounds'>): { check(): CheckResult; stop(): void } {
  let answeredMs = performance.now();
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      await log.bounds(TOPICS.control, 0);
      answeredMs = performance.now();
    } catch {
      // The check says it.
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void ask(), ASK_EVERY_MS);
  return {
    check: () =>
      performance.now() - answeredMs < SILENT_AFTER_MS
        ? { ok: true }
        : { ok: false, reason: 'the log does not answer' },
    stop: () => clearInterval(timer),
  };
}
