import type { Arrival, Chance, PlainRule } from '@earshot/testkit';
import { writeRules } from './write-rules.js';

/** What an author may publish next: of the rules before, some stay, some are changed, some are gone; some are new. */
export function nextRules(before: readonly PlainRule[], chance: Chance, name: string): PlainRule[] {
  const others = writeRules(chance);
  const kept = before.flatMap((rule, i) => {
    if (chance.chance(0.5)) return [rule];
    const other = others[i];
    return other && chance.chance(0.5) ? [{ ...other, id: rule.id }] : [];
  });
  const added = others.slice(before.length).map((rule, i) => ({ ...rule, id: `${name}-${i}` }));
  const more = writeRules(chance).slice(0, 2);
  return [...kept, ...added, ...more.map((rule, i) => ({ ...rule, id: `${name}-more-${i}` }))];
}

/** Somewhere in the middle each of the later sets is published, mostly for running conversations too. */
export function stamped(arrivals: readonly Arrival[], hashes: readonly string[], chance: Chance): Arrival[] {
  const begins = hashes.slice(1).map(() => chance.below(arrivals.length));
  begins.sort((a, b) => a - b);
  const running = hashes.map(() => chance.chance(0.8));
  return arrivals.map(({ arriveMs, fact }, i) => {
    const set = begins.filter((from) => from <= i).length;
    const ruleSet = { epoch: set + 1, hash: hashes[set] ?? '', appliesToRunning: running[set] ?? false };
    return { arriveMs, fact: fact.ruleSet ? { ...fact, ruleSet } : fact };
  });
}
