import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; shared by every stage so that panels can be laid over each other. */
export const STAGE_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** Steps of an alert's way, each named `<from>-<to>` after the time line. */
export const STAGES = [
  'spoken-received',
  'received-durable',
  'received-judged',
  'judged-raised',
  'raised-delivered',
  'spoken-delivered',
  'delivered-seen',
] as const;
export type Stage = (typeof STAGES)[number];

/** One registry per process, made by `main` and handed down; nothing registers anywhere else. */
export interface Metrics {
  /** Observes how long a stage took, seconds; negative (clocks apart) counts as 0. */
  stage(stage: Stage, seconds: number): void;
  /** inspected + repeated + not inspected = received, per source of events. */
  received(count?: number): void;
  inspected(count?: number): void;
  repeated(count?: number): void;
  notInspected(reason: string, count?: number): void;
  /** The counter of that name; made on first use. Label values are codes, never ids or text. */
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[], read?: () => number): Gauge;
  /** Prometheus text. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface MetricsOptions {
  /** Memory, CPU, garbage collection and event loop delay of the process; once per process. */
  process?: boolean;
}

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry });
  const stages = new Histogram({
    name: 'earshot_stage_seconds',
    help: 'Time a stage of the road from words to desktop took',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS_SECONDS,
    registers: [registry],
  });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();

  function counter(name: string, help: string, labels: readonly string[] = []): Counter {
    let found = counters.get(name);
    if (!found) {
      found = new Counter({ name, help, labelNames: [...labels], registers: [registry] });
      counters.set(name, found);
    }
    return found;
  }

  function gauge(name: string, help: string, labels: readonly string[] = [], read?: () => number): Gauge {
    let found = gauges.get(name);
    if (!found) {
      const collect = read && { collect: () => found?.set(read()) };
      found = new Gauge({ name, help, labelNames: [...labels], registers: [registry], ...collect });
      gauges.set(name, found);
    }
    return found;
  }

  const received = counter('earshot_events_received_total', 'Events that came in');
  const inspected = counter('earshot_events_inspected_total', 'Events that rules have seen');
  const repeated = counter('earshot_events_repeated_total', 'Events that had been seen before');
  const notInspected = counter('earshot_events_not_inspected_total', 'Events no rule has seen', ['reason']);

  return {
    stage: (stage, seconds) => stages.observe({ stage }, Math.max(0, seconds)),
    received: (count = 1) => received.inc(count),
    inspected: (count = 1) => inspected.inc(count),
    repeated: (count = 1) => repeated.inc(count),
    notInspected: (reason, count = 1) => notInspected.inc({ reason }, count),
    counter,
    gauge,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
