import { type FoldDefinition, type FoldEffect, type Life, PartitionFold } from '@earshot/log/fold';

/** Timers instead of time facts: what is due is judged at once, in memory, and nothing of it stands on the log. */
interface Inside {
  lives: Map<string, Life<unknown>>;
  definition: FoldDefinition<unknown, unknown>;
  schedule(life: Life<unknown>): void;
  emissions(life: Life<unknown>, at: { offset: number; logMs: number; life: number }, why: 'change'): FoldEffect[];
}

const methods = PartitionFold.prototype;
const onClock = methods.onClock;

methods.onClock = function (logClockMs, assertions) {
  const inside = this as unknown as Inside;
  return onClock.call(this, logClockMs, assertions).flatMap((effect) => {
    if (effect.kind !== 'append-own' || effect.fact.kind !== 'time-reached') return [effect];
    const life = inside.lives.get(effect.key);
    if (!life) return [];
    const at = { offset: this.nextOffset - 1, logMs: logClockMs, life: life.birth };
    life.pending.reachedMs = undefined;
    inside.definition.reachTime(life.state, effect.fact.reachedMs, at);
    inside.schedule(life);
    return inside.emissions(life, at, 'change');
  });
};
