import type { Routing } from '@earshot/alert';
import { alertDefinition } from '@earshot/alert/definition';
import { PartitionFold } from '@earshot/log/fold';
import type { Finding } from '@earshot/model';
import { engineDefinition } from '@earshot/rule-engine/definition';
import type { RuleSet } from '@earshot/rules';
import { TOPICS } from '@earshot/wire';
import { IDLE_MS, LATENESS_MS, LINGER_MS, MAX_REFOLD } from './limits.js';
import { naiveJudge } from './naive-judge.js';
import { FIRST_RULES, LATER_RULES } from './naive-rules.js';
import type { Cast } from './world.js';

const RULE_SETS: readonly RuleSet[] = [FIRST_RULES, LATER_RULES].map((hash) => ({ hash, ruleIds: [] }));

export function engineOf(version: 1 | 2, controlEpoch = 1) {
  return engineDefinition({
    ruleSet: (hash) => RULE_SETS.find((one) => one.hash === hash),
    makeJudge: naiveJudge(version),
    counts: () => true,
    controlEpoch: () => controlEpoch,
    language: 'zh',
    idleMs: IDLE_MS,
    lingerMs: LINGER_MS,
    lateness: { voiceMs: LATENESS_MS, textMs: LATENESS_MS },
  });
}

/** The second version of alerting's code no longer alerts what the rule `phrase` finds. */
export function alerting(version: 1 | 2 = 1, routing?: Routing) {
  const raises = ({ ruleId }: Finding) => version === 1 || ruleId !== 'phrase';
  return alertDefinition({
    raises,
    timeToLiveMs: 300_000,
    lingerMs: LINGER_MS,
    idleMs: 600_000,
    expireAfterMs: 300_000,
    ...(routing ? { routing } : {}),
  });
}

/** The real folds, with limits scaled down so that short runs meet them. `early`: checkpoints as while states are small. */
export function realCast(early = false): Cast {
  const leastOf = (most: number) => (early ? {} : { leastRefold: most });
  return {
    engine: (version) => ({
      topic: TOPICS.conversations,
      definition: engineOf(version),
      fold: PartitionFold,
      maxRefold: MAX_REFOLD,
      ...leastOf(MAX_REFOLD),
    }),
    alert: (version) => ({
      topic: TOPICS.cases,
      definition: alerting(version),
      fold: PartitionFold,
      maxRefold: MAX_REFOLD * 4,
      ...leastOf(MAX_REFOLD * 4),
    }),
  };
}

/** One receiver stays, one is taken out of the routes with the second engine, one comes with it. */
export const ROUTING: Routing = {
  known: () => true,
  at: (_tenant, epoch) => ({
    routes: ['always', epoch < 2 ? 'before' : 'after'].map((id) => ({
      id,
      url: 'https://receiver.example/',
      secrets: [],
      severities: ['high' as const],
      content: 'reference' as const,
    })),
    unitsOf: () => [],
  }),
};

/** The same with receivers outside. */
export function castWithReceivers(early = false): Cast {
  const cast = realCast(early);
  return {
    ...cast,
    engine: (version) => ({ ...cast.engine(version), definition: engineOf(version, version) }),
    alert: (version) => ({ ...cast.alert(version), definition: alerting(version, ROUTING) }),
    outside: {},
  };
}
