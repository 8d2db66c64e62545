import { asError, type Logger, type Scope } from '@earshot/kit';
import type { EmbeddedLog } from '@earshot/log/embedded';
import { TOPICS, type TopicName } from '@earshot/wire';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERY_MS = HOUR_MS / 6;

/** How long the log keeps what nobody needs any more. Must exceed the longest live conversation; control is kept. */
const KEPT: readonly { topic: TopicName; ms: number }[] = [
  { topic: TOPICS.conversations, ms: 3 * DAY_MS },
  { topic: TOPICS.cases, ms: 3 * DAY_MS },
  { topic: TOPICS.alerts, ms: 7 * DAY_MS },
  { topic: TOPICS.deliveries, ms: 7 * DAY_MS },
  // Longer than anything is counted; who still counts keeps his own low-water mark.
  { topic: TOPICS.history, ms: 8 * DAY_MS },
  { topic: TOPICS.deadLetters, ms: 30 * DAY_MS },
];

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
  for (const { topic, ms } of KEPT) await log.expire(topic, ms);
}
