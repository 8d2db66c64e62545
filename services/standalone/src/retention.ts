import { asError, type Logger, type Scope } from '@earshot/kit';
import type { EmbeddedLog } from '@earshot/log/embedded';
import { KEPT_MS } from '@earshot/process/topics';

const EVERY_MS = 600_000;

/** Once at the start and every ten minutes from then on. A failure is one log line: the next time tries again. */
export function keepRetention(log: EmbeddedLog, logger: Logger, scope: Scope): void {
  let work = Promise.resolve();
  const expire = () => {
    work = work
      .then(() => expireAll(log))
      .catch((error: unknown) => {
        logger.error({ err: asError(error) }, 'old records could not be removed');
      });
  };
  const timer = setInterval(expire, EVERY_MS);
  scope.defer('retention', async () => {
    clearInterval(timer);
    await work;
  });
  expire();
}

async function expireAll(log: EmbeddedLog): Promise<void> {
  for (const [topic, ms] of Object.entries(KEPT_MS)) await log.expire(topic, ms);
}
