import { coded, type Metrics, type Reading } from '@earshot/kit';
import type { AppendEntry, Log, LogRecord, Subscription } from '@earshot/log';
import { TOPICS } from '@earshot/wire';

/** Group of readers without one: they read everything, in every process. */
const TAIL = 'tail';

interface Reader {
  group: string;
  topic: string;
  subscription: Subscription;
}

/**
 * The same log, with figures of what this process writes and reads: how much, how long writing takes, and how far each
 * reader is behind. Labels are topics, groups and codes.
 */
export function measuredLog(log: Log, metrics: Metrics): Log {
  const readers = new Set<Reader>();
  const written = metrics.counter('earshot_log_appended_total', 'Records that are durable', ['topic']);
  // A first dead letter is to be seen as a rise, not as a figure that was always there.
  written.inc({ topic: TOPICS.deadLetters }, 0);
  const failures = metrics.counter('earshot_log_append_failures_total', 'Appends that were rejected', ['code']);
  const durations = metrics.durations('earshot_log_append_duration_seconds', 'From an append until it is durable');
  const handled = metrics.counter('earshot_log_handled_total', 'Records that a reader has handled', ['group', 'topic']);
  metrics.readings('earshot_log_lag_records', 'Records that a reader has not handled, worst partition', LABELS, () =>
    worst(readers, ({ subscription }) => subscription.lag().records),
  );
  metrics.readings('earshot_log_lag_seconds', 'Age of the oldest of them by the clock of the log', LABELS, () =>
    worst(readers, ({ subscription }) => ageSeconds(log, subscription)),
  );

  const counting = (group: string, topic: string, handle: (records: readonly LogRecord[]) => Promise<void>) => {
    return async (records: readonly LogRecord[]) => {
      await handle(records);
      handled.inc({ group, topic }, records.length);
    };
  };

  function watched(group: string, topic: string, subscription: Subscription): Subscription {
    const reader = { group, topic, subscription };
    readers.add(reader);
    return {
      caughtUp: () => subscription.caughtUp(),
      lag: () => subscription.lag(),
      stop: () => subscription.stop().finally(() => readers.delete(reader)),
    };
  }

  return {
    partitions: (topic) => log.partitions(topic),
    partitionOf: (topic, key) => log.partitionOf(topic, key),
    groups: (topic) => log.groups(topic),
    async append(entries) {
      const beganMs = performance.now();
      try {
        const offsets = await log.append(entries);
        durations.observe((performance.now() - beganMs) / 1_000);
        for (const [topic, count] of countByTopic(entries)) written.inc({ topic }, count);
        return offsets;
      } catch (error) {
        failures.inc({ code: coded(error).code });
        throw error;
      }
    },
    async subscribe(options) {
      const { group, topic } = options;
      const subscription = await log.subscribe({
        ...options,
        onAssigned: async (assignment) => {
          const handler = await options.onAssigned(assignment);
          return {
            from: handler.from,
            handle: counting(group, topic, (records) => handler.handle(records)),
            close: () => handler.close(),
          };
        },
      });
      return watched(group, topic, subscription);
    },
    async tail(options) {
      const { topic } = options;
      const handle = counting(TAIL, topic, (records) => options.handle(records));
      return watched(TAIL, topic, await log.tail({ ...options, handle }));
    },
    read: (topic, partition, from, limit) => log.read(topic, partition, from, limit),
    bounds: (topic, partition) => log.bounds(topic, partition),
    clock: () => log.clock(),
    close: () => log.close(),
  };
}

const LABELS = ['group', 'topic'] as const;

function countByTopic(entries: readonly AppendEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { topic } of entries) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}

function ageSeconds(log: Log, subscription: Subscription): number {
  const { oldestMs } = subscription.lag();
  return oldestMs === undefined ? 0 : Math.max(0, log.clock() - oldestMs) / 1_000;
}

/** One value for each group and topic: several readers of one topic count by the worst of them. */
function worst(readers: Iterable<Reader>, read: (reader: Reader) => number): Reading<'group' | 'topic'>[] {
  const found = new Map<string, Reading<'group' | 'topic'>>();
  for (const reader of readers) {
    const { group, topic } = reader;
    const key = JSON.stringify([group, topic]);
    const value = Math.max(read(reader), found.get(key)?.value ?? 0);
    found.set(key, { labels: { group, topic }, value });
  }
  return [...found.values()];
}
