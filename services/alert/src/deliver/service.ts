import { setTimeout as wait } from 'node:timers/promises';
import { asError, type Logger, type Metrics } from '@earshot/kit';
import type { Log, Subscription } from '@earshot/log';
import { TOPICS } from '@earshot/wire';
import { DEFAULT_POLICY, type DeliveryPolicy } from '../domain/next-step.js';
import { OnDeliveries } from './on-deliveries.js';
import type { Clock, Sender } from './ports.js';

export interface DeliveryServiceDeps {
  log: Log;
  logger: Logger;
  metrics: Metrics;
  sender: Sender;
  controlEpoch(): number;
  onFatal(error: Error): void;
  clock?: Clock;
  settings?: Partial<DeliverySettings>;
}

export interface DeliverySettings extends DeliveryPolicy {
  maxWaiting: number;
  sessionTimeoutMs: number;
  commitEveryMs: number;
  lookBack: number;
  appendAgainMs: number;
  graceMs: number;
}

export const DEFAULT_DELIVERY_SETTINGS: DeliverySettings = {
  ...DEFAULT_POLICY,
  maxWaiting: 10_000,
  sessionTimeoutMs: 30_000,
  commitEveryMs: 250,
  lookBack: 5_000,
  appendAgainMs: 1_000,
  graceMs: 2_000,
};

/** Hears `deliveries`, acts outside, says results to `deliveries` and `cases`. Stop it by the returned subscription. */
export function createDeliveries(deps: DeliveryServiceDeps): Promise<Subscription> {
  const { log, logger, metrics, sender, clock = systemClock } = deps;
  const settings = { ...DEFAULT_DELIVERY_SETTINGS, ...deps.settings };
  const handlers = new Set<OnDeliveries>();
  const due = metrics.counter('earshot_deliveries_due_total', 'Deliveries that became due');
  const results = metrics.counter('earshot_deliveries_total', 'Deliveries that came to an end', ['status', 'code']);
  const retries = metrics.counter('earshot_delivery_retries_total', 'Attempts that another one follows', ['code']);
  const refused = metrics.counter(
    'earshot_delivery_facts_refused_total',
    'Records in deliveries that could not be used',
  );
  metrics.gauge('earshot_deliveries_waiting', 'Deliveries that have no result yet', [], () =>
    [...handlers].reduce((sum, handler) => sum + handler.waiting(), 0),
  );
  metrics.gauge('earshot_deliveries_oldest_seconds', 'How long the oldest of them has been due', [], () => {
    const since = [...handlers].flatMap((handler) => handler.waitingSinceMs() ?? []);
    return since.length === 0 ? 0 : Math.max(0, log.clock() - Math.min(...since)) / 1_000;
  });
  const fatal = (error: unknown) => deps.onFatal(asError(error));
  return log.subscribe({
    group: 'alert-deliveries',
    topic: TOPICS.deliveries,
    onAssigned: async (assignment) => {
      const handler: OnDeliveries = new OnDeliveries(
        {
          ...settings,
          policy: settings,
          sender,
          clock,
          controlEpoch: deps.controlEpoch,
          append: (entries) => log.append(entries),
          onResult({ tenant, recipient }, { status, code, attempts }) {
            results.inc({ status, code });
            if (status === 'sent') return;
            const fields = { tenant, recipient, code, attempts };
            if (code === 'gone')
              logger.warn(fields, 'a receiver is gone: its route stays off until routes are published');
            else logger.warn(fields, 'a delivery has failed');
          },
          onDue: () => due.inc(),
          onAttempt: (_to, code) => retries.inc({ code }),
          onRefused: () => refused.inc(),
          onTrouble: (error, what) => logger.error({ err: asError(error), step: what }, 'deliveries are held up'),
          onFatal: fatal,
        },
        assignment,
      );
      handlers.add(handler);
      return {
        from: handler.from,
        handle: (records) => handler.handle(records),
        close: () => {
          handlers.delete(handler);
          return handler.close();
        },
      };
    },
    onError: (error, partition) => {
      logger.error({ err: asError(error), partition }, 'deliveries stopped on a partition');
      fatal(error);
    },
  });
}

const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => wait(Math.min(ms, 2 ** 31 - 1), undefined, { signal }).catch(() => undefined),
};
