import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; shared by every stage so that panels can be laid over each other. */
export const STAGE_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 30];
/** The promise is kept by what is on the desktop within it; a bucket of its own, so that the share is exact. */
export const PROMISE_SECONDS = 3;

/** Seconds; fewer, because there is a histogram for each route. */
export const REQUEST_BUCKETS_SECONDS = [0.005, 0.025, 0.1, 0.5, 2, 10];

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
  /** As many values as `read` gives at each look, one for each set of labels. The first to ask for the name reads. */
  readings<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    read: () => Iterable<Reading<Label>>,
  ): void;
  /** The histogram of that name, seconds; made on first use. */
  durations(name: string, help: string, labels?: readonly string[], buckets?: readonly number[]): Histogram;
  /** What is registered here, whether or not there has been anything to count: for checks of dashboards and rules. */
  described(): Promise<MetricDescription[]>;
  /** Prometheus text. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface Reading<Label extends string> {
  labels: Record<Label, string>;
  value: number;
}

export interface MetricDescription {
  name: string;
  /** As Prometheus calls it: counter, gauge, histogram, summary. */
  type: string;
  /** Of our own metrics; empty for those of the library. */
  labels: readonly string[];
}

export interface MetricsOptions {
  /** Memory, CPU, garbage collection and event loop delay of the process; once per process. */
  process?: boolean;
}

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.process) {
    collectDefaultMetrics({ register: registry });
    for (const misnamed of GAUGES_NAMED_AS_COUNTERS) registry.removeSingleMetric(misnamed);
  }
  const stages = new Histogram({
    name: 'earshot_stage_seconds',
    help: 'Time a stage of the road from words to desktop took',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS_SECONDS,
    registers: [registry],
  });
  // Prometheus sees a rise only from something: without a zero the first alert would not be counted.
  for (const stage of STAGES) stages.zero({ stage });
  const labelsOf = new Map<string, readonly string[]>([['earshot_stage_seconds', ['stage']]]);
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();

  function counter(name: string, help: string, labels: readonly string[] = []): Counter {
    let found = counters.get(name);
    if (!found) {
      found = new Counter({ name, help, labelNames: [...labels], registers: [registry] });
      counters.set(name, found);
      labelsOf.set(name, labels);
    }
    return found;
  }

  function gauge(name: string, help: string, labels: readonly string[] = [], read?: () => number): Gauge {
    let found = gauges.get(name);
    if (!found) {
      const collect = read && { collect: () => found?.set(read()) };
      found = new Gauge({ name, help, labelNames: [...labels], registers: [registry], ...collect });
      gauges.set(name, found);
      labelsOf.set(name, labels);
    }
    return found;
  }

  function readings<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    read: () => Iterable<Reading<Label>>,
  ): void {
    if (gauges.has(name)) return;
    const all = new Gauge<string>({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        all.reset();
        for (const one of read()) all.set(one.labels, one.value);
      },
    });
    gauges.set(name, all);
    labelsOf.set(name, labels);
  }

  function durations(
    name: string,
    help: string,
    labels: readonly string[] = [],
    buckets: readonly number[] = STAGE_BUCKETS_SECONDS,
  ): Histogram {
    let found = histograms.get(name);
    if (!found) {
      found = new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] });
      histograms.set(name, found);
      labelsOf.set(name, labels);
    }
    return found;
  }

  async function described(): Promise<MetricDescription[]> {
    const types = (await registry.metrics()).matchAll(/^# TYPE (\S+) (\w+)$/gm);
    return [...types].map(([, name = '', type = '']) => ({ name, type, labels: labelsOf.get(name) ?? [] }));
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
    readings,
    durations,
    described,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Gauges of the library whose `_total` says that they were counters: who asks for their rate gets nonsense. */
const GAUGES_NAMED_AS_COUNTERS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];
