import { asError, type Logger, type Metrics } from '@earshot/kit';
import { type Log, LogErrorCode, type Subscription } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import { type BackOff, backOffMs, type Retention, type Warehouse } from '@earshot/warehouse';
import { type Clock, REAL_CLOCK } from './clock.js';
import { CONSUMERS } from './consumers.js';

import { figuresOf } from './figures.js';
import { DEFAULT_LANDING, type LandingDeps, type LandingSettings, landPartition } from './land-partition.js';

export interface AnalyticsDeps {
  log: Log;
  /** Tried again until it succeeds: `engine-missing` is no fault. */
  openWarehouse(): Promise<Warehouse>;
  logger: Logger;
  metrics: Metrics;
  clock?: Clock;
  /** 0 ≤ … < 1: spreads the attempts of several members. */
  random?: () => number;
  settings?: Partial<AnalyticsSettings>;
}

/** The back-off lies between two attempts to open the warehouse. */
export interface AnalyticsSettings extends LandingSettings, BackOff {
  retention: Partial<Retention>;
}

const DEFAULT_SETTINGS: AnalyticsSettings = {
  ...DEFAULT_LANDING,
  retryMs: 3_000,
  mostRetryMs: 30_000,
  retention: {},
};

/** `off`: the engine is missing or does not work; nothing is read and nothing committed meanwhile. */
export type AnalysisState = 'on' | 'off';

export interface Analytics {
  /** Returns at once; the engine is opened behind it. */
  start(): void;
  /** Finishes the batches in hand, closes the warehouse. Idempotent. */
  stop(): Promise<void>;
  state(): AnalysisState;
  /** Called at every change; returns how to stop that. */
  onState(listener: (state: AnalysisState) => void): () => void;
  /** The open warehouse, for those who ask questions in the same process; absent while `off`. */
  warehouse(): Warehouse | undefined;
}

const GROUP = 'analytics';

/** Hears every topic, says nothing, and alone writes the warehouse. */
export function create(deps: AnalyticsDeps): Analytics {
  const { log, logger, clock = REAL_CLOCK, random = Math.random } = deps;
  const settings: AnalyticsSettings = { ...DEFAULT_SETTINGS, ...deps.settings };
  const figures = figuresOf(deps);
  const stop = new AbortController();
  const listeners = new Set<(state: AnalysisState) => void>();
  let current: Warehouse | undefined;
  let running: Promise<void> | undefined;
  let lastCode = '';
  let landings = 0;

  function become(warehouse: Warehouse | undefined): void {
    if (current === warehouse) return;
    current = warehouse;
    figures.on.set(warehouse ? 1 : 0);
    logger.info({ analysis: stateNow() }, 'analysis changed');
    for (const listener of listeners) listener(stateNow());
  }

  const stateNow = (): AnalysisState => (current ? 'on' : 'off');

  /** One failure that lasts is one line. */
  function complain(thrown: unknown): void {
    const error = asError(thrown);
    const code = codeOf(error);
    if (code === lastCode) return;
    lastCode = code;
    if (code === 'engine-missing') logger.info({ code }, 'analysis is off until its engine is installed');
    else logger.error({ code, err: error }, 'analysis is off and will be tried again');
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stop.signal.aborted) {
      const before = landings;
      await work().catch(complain);
      become(undefined);
      // Looking whether a local engine has been installed meanwhile costs nothing; an opening that led to nothing counts
      // as a failure, because every one makes the group divide its partitions anew.
      failures = landings > before || lastCode === 'engine-missing' ? 1 : failures + 1;
      await clock.pause(backOffMs(failures, settings, random()), stop.signal);
    }
  }

  /** From opening to the first failure (thrown) or the stop; everything acquired is let go on the way out. */
  async function work(): Promise<void> {
    const warehouse = await deps.openWarehouse();
    const subscriptions: Subscription[] = [];
    const ended = new AbortController();
    const stopping = AbortSignal.any([stop.signal, ended.signal]);
    let subscribing: Promise<void> = Promise.resolve();
    try {
      await warehouse.migrate(settings.retention);
      become(warehouse);
      lastCode = '';
      const failed = new Promise<never>((_, reject) => {
        subscribing = subscribeAll(warehouse, stopping, subscriptions, reject).catch(reject);
      });
      await Promise.race([failed, aborted(stop.signal)]);
    } finally {
      ended.abort();
      await subscribing;
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
      become(undefined);
      await warehouse.close();
    }
  }

  async function subscribeAll(
    warehouse: Warehouse,
    stopping: AbortSignal,
    into: Subscription[],
    fail: (error: unknown) => void,
  ): Promise<void> {
    for (const { topic, rowsOf } of CONSUMERS) {
      if (stopping.aborted) return;
      const counted = figures.ofTopic(topic);
      const landing: LandingDeps = {
        ...{ warehouse, clock, stopping, settings },
        ...counted,
        onLanded: (landed) => {
          landings += 1;
          counted.onLanded(landed);
        },
      };
      const subscription = await log.subscribe({
        group: GROUP,
        topic,
        onAssigned: async (assignment) => landPartition(assignment, rowsOf, landing),
        onError: (error, partition) => {
          // Another member has it now and begins at the last offset: no fault, and no reason to begin anew here.
          if (codeOf(error) === LogErrorCode.notOwner)
            logger.info({ topic, partition }, 'a partition went to another member');
          else fail(error);
        },
      });
      into.push(subscription);
    }
  }

  return {
    start() {
      running ??= run();
    },
    async stop() {
      stop.abort();
      await running;
    },
    state: stateNow,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    warehouse: () => current,
  };
}

function codeOf(thrown: unknown): string {
  return thrown instanceof EarshotError ? thrown.code : asError(thrown).name;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
