import type { Metrics } from '@earshot/kit';

export interface SpoolFigures {
  entries: number;
  bytes: number;
  capacityBytes: number;
  /** How long the oldest entry has waited. */
  oldestMs: number;
}

/** What is counted of the spool; codes only. */
export interface SpoolMeasures {
  spooled(count: number): void;
  /** From the disk to the log; `aside`: as dead letters, by their reasons. */
  drained(count: number, aside: readonly string[]): void;
  logTrouble(code: string): void;
  /** Figures to be asked for at any time from now on. */
  watch(figures: () => SpoolFigures): void;
}

export function measureSpool(metrics: Metrics): SpoolMeasures {
  const spooled = metrics.counter('earshot_ingest_spooled_total', 'Events that were acknowledged from the spool');
  const drained = metrics.counter('earshot_ingest_spool_drained_total', 'Events that the log took from the spool');
  const aside = metrics.counter('earshot_ingest_spool_aside_total', 'Of those, as dead letters only', ['reason']);
  const trouble = metrics.counter('earshot_ingest_log_trouble_total', 'Calls to the log without success in time', [
    'code',
  ]);
  return {
    spooled: (count) => spooled.inc(count),
    drained(count, reasons) {
      drained.inc(count);
      for (const reason of reasons) {
        aside.inc({ reason });
        metrics.notInspected(reason);
      }
    },
    logTrouble: (code) => trouble.inc({ code }),
    watch(figures) {
      const gauge = (name: string, help: string, read: (now: SpoolFigures) => number) =>
        metrics.gauge(`earshot_ingest_spool_${name}`, help, [], () => read(figures()));
      gauge('entries', 'Acknowledged events that wait in the spool for the log', ({ entries }) => entries);
      gauge('bytes', 'What they take up', ({ bytes }) => bytes);
      gauge('capacity_bytes', 'What they may take up', ({ capacityBytes }) => capacityBytes);
      gauge('oldest_seconds', 'How long the oldest of them has waited', ({ oldestMs }) => oldestMs / 1_000);
    },
  };
}
