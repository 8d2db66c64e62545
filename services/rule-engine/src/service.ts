import { asError, type Logger, type Metrics } from '@earshot/kit';
import { deadLetterEntry, type Log, type Subscription } from '@earshot/log';
import { runFold } from '@earshot/log/fold';
import { createErasJudge, type RuleSet, restsOnHistory } from '@earshot/rules';
import { TOPICS } from '@earshot/wire';
import { engineDefinition } from './domain/definition.js';

export interface RuleEngineDeps {
  log: Log;
  logger: Logger;
  metrics: Metrics;
  ruleSet(hash: string): RuleSet | undefined;
  controlEpoch(): number;
  /** The partition is no longer judged: the process has to be replaced. */
  onFatal(error: Error): void;
  settings?: Partial<RuleEngineSettings>;
}

export interface RuleEngineSettings {
  /** Of the prompts that agents read. */
  language: 'zh' | 'en';
  idleMs: number;
  lingerMs: number;
  voiceLatenessMs: number;
  textLatenessMs: number;
  maxRefold: number;
  commitEveryMs: number;
  tickMs: number;
}

export const DEFAULT_SETTINGS: RuleEngineSettings = {
  language: 'zh',
  idleMs: 30 * 60_000,
  lingerMs: 10 * 60_000,
  voiceLatenessMs: 3_000,
  textLatenessMs: 1_000,
  maxRefold: 50_000,
  commitEveryMs: 250,
  tickMs: 50,
};

/** Hears `conversations`, says `cases`: decides what is true. Stop it by the returned subscription. */
export function create(deps: RuleEngineDeps): Promise<Subscription> {
  const { log, logger, metrics } = deps;
  const settings = { ...DEFAULT_SETTINGS, ...deps.settings };
  const alarms = metrics.counter('earshot_fold_alarms_total', 'Alarms of a fold, each also a log line', [
    'fold',
    'code',
  ]);
  const definition = engineDefinition({
    ruleSet: deps.ruleSet,
    makeJudge: createErasJudge,
    counts({ ruleSetHash, ruleId }) {
      const ruleSet = deps.ruleSet(ruleSetHash);
      return ruleSet === undefined || !restsOnHistory(ruleSet, ruleId);
    },
    controlEpoch: deps.controlEpoch,
    language: settings.language,
    idleMs: settings.idleMs,
    lingerMs: settings.lingerMs,
    lateness: { voiceMs: settings.voiceLatenessMs, textMs: settings.textLatenessMs },
  });
  return runFold(log, TOPICS.conversations, definition, {
    maxRefold: settings.maxRefold,
    commitEveryMs: settings.commitEveryMs,
    tickMs: settings.tickMs,
    deadLetter: deadLetterEntry,
    onAlarm(code, detail) {
      alarms.inc({ fold: 'rule-engine', code });
      logger.error({ code, ...onlyPlain(detail) }, 'rule engine alarm');
    },
    onCount: (what) => {
      if (what === 'not-inspected') metrics.notInspected('refused');
      else metrics[what]();
    },
    onStopped: (error, partition) => {
      logger.error({ err: asError(error), partition }, 'rule engine stopped on a partition');
      deps.onFatal(asError(error));
    },
  });
}

function onlyPlain(detail: Record<string, unknown>): Record<string, string | number> {
  const plain = Object.entries(detail).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return Object.fromEntries(plain) as Record<string, string | number>;
}
