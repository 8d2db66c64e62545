import { alertDefinition } from '@earshot/alert/definition';
import { PartitionFold } from '@earshot/log/fold';
import type { RuleSet } from '@earshot/rules';
import { engineDefinition } from '@earshot/rule-engine/definition';
import { TOPICS } from '@earshot/wire';
import { naiveJudge } from './naive-judge.js';
import { type Cast, IDLE_MS, LATENESS_MS, LINGER_MS, MAX_REFOLD } from './world.js';

const RULE_SET: RuleSet = { hash: 'simulation', ruleIds: [] };

export function engineOf(version: 1 | 2) {
  return engineDefinition({
    ruleSet: () => RULE_SET,
    makeJudge: naiveJudge(version),
    controlEpoch: () => 1,
    idleMs: IDLE_MS,
    lingerMs: LINGER_MS,
    lateness: { voiceMs: LATENESS_MS, textMs: LATENESS_MS },
  });
}

export function alerting() {
  return alertDefinition({ timeToLiveMs: 300_000, lingerMs: LINGER_MS, idleMs: 600_000, expireAfterMs: 300_000 });
}

/** The real folds, with limits scaled down so that short runs meet them. */
export function realCast(): Cast {
  return {
    engine: (version) => ({ topic: TOPICS.conversations, definition: engineOf(version), fold: PartitionFold, maxRefold: MAX_REFOLD }),
    alert: { topic: TOPICS.cases, definition: alerting(), fold: PartitionFold, maxRefold: MAX_REFOLD * 4 },
  };
}
