import { asError, type Logger, type Metrics } from '@earshot/kit';
import { type Log, LogErrorCode, type Subscription } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import { createScorer, loadShippedModel, type SentimentModel } from '@earshot/sentiment';
import { TOPICS } from '@earshot/wire';
import type { Hears } from './domain/score-fact.js';
import { scorePartition } from './on-utterances.js';

export type { Hears } from './domain/score-fact.js';

export interface SentimentDeps {
  log: Log;
  logger: Logger;
  metrics: Metrics;
  hears: Hears;
  /** Default: the shipped one. */
  model?: SentimentModel;
  /** A partition is no longer scored: the process has to be replaced. */
  onFatal(error: Error): void;
  settings?: Partial<SentimentSettings>;
}

export interface SentimentSettings {
  maxAgeMs: number;
  commitEvery: number;
  commitWithinMs: number;
}

/** The rule engine's linger: behind it an ended conversation is closed. */
export const DEFAULT_SETTINGS: SentimentSettings = {
  maxAgeMs: 10 * 60_000,
  commitEvery: 256,
  commitWithinMs: 1_000,
};

const GROUP = 'sentiment';

/** Hears `conversations`, says scores into it. Stop it by the returned subscription. */
export function create(deps: SentimentDeps): Promise<Subscription> {
  const { log, logger, metrics, hears } = deps;
  const settings = { ...DEFAULT_SETTINGS, ...deps.settings };
  const scorer = createScorer(deps.model ?? loadShippedModel());
  const scored = metrics.counter('earshot_sentiment_scored_total', 'Utterances that were scored');
  const left = metrics.counter('earshot_sentiment_left_total', 'Records that stay without a score', ['reason']);
  const scoring = {
    ...settings,
    log,
    scorer,
    hears,
    onScored: (count: number) => scored.inc(count),
    onLeft: (reason: string) => left.inc({ reason }),
  };
  return log.subscribe({
    group: GROUP,
    topic: TOPICS.conversations,
    onAssigned: async (assignment) => scorePartition(assignment, scoring),
    onError: (thrown, partition) => {
      if (thrown instanceof EarshotError && thrown.code === LogErrorCode.notOwner) {
        logger.info({ partition }, 'a partition went to another member');
        return;
      }
      logger.error({ err: asError(thrown), partition }, 'sentiment stopped on a partition');
      deps.onFatal(asError(thrown));
    },
  });
}
