import { alertDefinition } from '@earshot/alert/definition';
import { PartitionFold } from '@earshot/log/fold';
import type { Finding } from '@earshot/model';
import { engineDefinition } from '@earshot/rule-engine/definition';
import type { RuleSet } from '@earshot/rules';
import { TOPICS } from '@earshot/wire';
import { IDLE_MS, LATENESS_MS, LINGER_MS, MAX_REFOLD } from './limits.js';
import { naiveJudge } from './naive-judge.js';
import type { Cast } from './world.js';

const RULE_SET: RuleSet = { hash: 'simulation', ruleIds: [] };

export function engineOf(version: 1 | 2) {
  return engineDefinition({
    ruleSet: () => RULE_SET,
    makeJudge: naiveJudge(version),
    controlEpoch: () => 1,
    language: 'zh',
    idleMs: IDLE_MS,
    lingerMs: LINGER_MS,
    lateness: { voiceMs: LATENESS_MS, textMs: LATENESS_MS },
  });
}

/** The second version of alerting's code no longer alerts what the rule `phrase` finds. */
export function alerting(version: 1 | 2 = 1) {
  const raises = ({ ruleId }: Finding) => version === 1 || ruleId !== 'phrase';
  return alertDefinition({
    raises,
    timeToLiveMs: 300_000,
    lingerMs: LINGER_MS,
    idleMs: 600_000,
    expireAfterMs: 300_000,
  });
}

/** The real folds, with limits scaled down so that short runs meet them. */
export function realCast(): Cast {
  return {
    engine: (version) => ({
      topic: TOPICS.conversations,
      definition: engineOf(version),
      fold: PartitionFold,
      maxRefold: MAX_REFOLD,
    }),
    alert: (version) => ({
      topic: TOPICS.cases,
      definition: alerting(version),
      fold: PartitionFold,
      maxRefold: MAX_REFOLD * 4,
    }),
  };
}
