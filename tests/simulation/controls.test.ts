import type { FoldDefinition } from '@earshot/log/fold';
import { describe, expect, test } from 'vitest';
import { realCast } from './cast.js';
import { violations, violationsAtRest } from './invariants.js';
import type { NodeKind } from './sim-node.js';
import { type Cast, World } from './world.js';
import * as wrongDefinitions from './wrong-definitions.js';
import * as wrongFolds from './wrong-folds.js';

const SEEDS = 400;

/** Runs seeds until one is caught. */
function firstViolation(cast: () => Cast): string | undefined {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = new World(seed, cast(), violationsAtRest);
    try {
      world.run();
    } catch (error) {
      return `seed ${seed}: ${String(error)}`;
    }
    const [violation] = violations(world);
    if (violation) return `seed ${seed}: ${violation}`;
  }
  return undefined;
}

function withEngine(patch: Partial<NodeKind>): Cast {
  const cast = realCast();
  return { ...cast, engine: (version) => ({ ...cast.engine(version), ...patch }) };
}

function withAlert(patch: Partial<NodeKind>): Cast {
  const cast = realCast();
  return { ...cast, alert: (version) => ({ ...cast.alert(version), ...patch }) };
}

function withEngineDefinition(make: (version: 1 | 2) => FoldDefinition<unknown, unknown>): Cast {
  const cast = realCast();
  return { ...cast, engine: (version) => ({ ...cast.engine(version), definition: make(version) }) };
}

function withAlertDefinition(make: (version: 1 | 2) => FoldDefinition<unknown, unknown>): Cast {
  const cast = realCast();
  return { ...cast, alert: (version) => ({ ...cast.alert(version), definition: make(version) }) };
}

const WRONG: Record<string, () => Cast> = {
  'the offset moves before the effects': () => withEngine({ commitBeforeEffects: true }),
  'the offset moves before the effects (alert)': () => withAlert({ commitBeforeEffects: true }),
  'standing sets are re-asserted at the committed offset': () =>
    withEngine({ fold: wrongFolds.AssertsAtCommittedOffset }),
  'nothing is asserted at takeover': () => withEngine({ fold: wrongFolds.AssertsNothing }),
  'an owner never gives way': () => withEngine({ fold: wrongFolds.NeverGivesWay }),
  'the low-water mark is not kept': () => withEngine({ fold: wrongFolds.ForgetsTheMark }),
  'the low-water mark is not kept (alert)': () => withAlert({ fold: wrongFolds.ForgetsTheMark }),
  'a checkpoint counts before it is read back': () => withEngine({ fold: wrongFolds.CountsUnreadCheckpoints }),
  'records behind a checkpoint are not applied again': () => withEngine({ fold: wrongFolds.DropsKeptRecords }),
  'checkpoints are never written': () => withEngine({ fold: wrongFolds.NeverCheckpoints }),
  'a close does not check what it saw last': () => withEngine({ fold: wrongFolds.ClosesAnyway }),
  'deadlines run on timers, not on time facts': () => withEngine({ fold: wrongFolds.JudgesByTimer }),
  'findings travel as deltas': () => withEngineDefinition(wrongDefinitions.engineThatTellsDeltas),
  'checkpoints hold verdicts': () => withEngineDefinition(wrongDefinitions.engineThatSavesVerdicts),
  'checkpoints forget open revisions': () => withEngineDefinition(wrongDefinitions.engineThatForgetsOpenRevisions),
  'an old start begins a conversation': () => withEngineDefinition(wrongDefinitions.engineThatTrustsOldStarts),
  "an alert's version is a counter": () => withAlertDefinition(wrongDefinitions.alertThatCounts),
  'a receiver takes older sets': () => withAlertDefinition(wrongDefinitions.alertThatTakesOldSets),
  'a set retracts what another life asserted': () => withAlertDefinition(wrongDefinitions.alertThatMixesLives),
  'the list at takeover is empty': () => withAlertDefinition(wrongDefinitions.alertWithEmptyLists),
  'alerting forgets what it does not raise': () => withAlertDefinition(wrongDefinitions.alertThatKeepsNothingSilent),
  'the desktop paints whatever comes': () => ({ ...realCast(), desktop: { noDedup: true } }),
};

describe('each wording that was replaced is caught', () => {
  test.each(Object.entries(WRONG))('%s', { timeout: 300_000 }, (_name, cast) => {
    expect(firstViolation(cast)).toBeDefined();
  });
});
