import type { Hints, HintsOptions } from '@earshot/hints';
import { type RedisConfig, type RedisPlace, redisAddress } from '@earshot/kit';
import type { ProcessParts } from './run-process.js';
import { tellTrouble } from './trouble.js';

/** What a `main.ts` chooses from: hints among equals over Redis, or of this process alone. */
export interface HintsAdapters {
  redis(options: Pick<HintsOptions, 'node' | 'onTrouble'> & { address: RedisPlace }): Hints;
  embedded(options: Pick<HintsOptions, 'node'>): Hints;
}

type Parts = Pick<ProcessParts, 'node' | 'logger' | 'metrics' | 'health' | 'scope'>;

const WITH_REDIS = {
  counter: 'earshot_hints_troubles_total',
  help: 'Questions that Redis did not answer in time, or refused',
  sentence: 'trouble with Redis: this process goes on with what it knows itself',
};

/** Hints of one process, with figures and a note at its health; Redis is never a reason not to be ready. */
export function openHints(
  { node, logger, metrics, health, scope }: Parts,
  config: RedisConfig,
  adapters: HintsAdapters,
): Hints {
  const address = redisAddress(config);
  const tell = tellTrouble({ logger, metrics }, undefined, WITH_REDIS);
  const hints = address
    ? adapters.redis({ node, address, onTrouble: (code) => tell(code, {}) })
    : adapters.embedded({ node });
  scope.defer('hints', () => hints.stop());
  if (!address) return hints;
  metrics.gauge('earshot_hints_shared', 'Whether Redis answered when it was asked last', [], () =>
    hints.condition().shared ? 1 : 0,
  );
  metrics.gauge('earshot_hints_age_seconds', 'Since Redis answered; -1: never', [], () => {
    const { ageMs } = hints.condition();
    return ageMs === undefined ? -1 : ageMs / 1_000;
  });
  health.readiness('hints', () =>
    hints.condition().shared ? { ok: true } : { ok: true, note: 'Redis is not heard: hints of this process only' },
  );
  return hints;
}
