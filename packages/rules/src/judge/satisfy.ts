import type { Atom, Formula, Rule, Slot } from '../language/program.js';
import type { Hits } from '../match/matcher.js';
import { type Floor, placeOf } from './floor.js';
import type { Heard, Reading } from './heard.js';

/** What of the record a verdict reads besides the utterances. */
export interface Facts {
  nowMs: number;
  startedAtMs?: number;
  endedAtMs?: number;
  latenessMs: number;
}

export interface View {
  floor: Floor;
  facts: Facts;
}

/** An utterance that satisfies a slot, with the reading that does. */
export interface Spoken {
  heard: Heard;
  reading: Reading;
  slot: Slot;
}

/** All utterances that satisfy the slot, in order. */
export function spokenFor(view: View, rule: Rule, slot: Slot): Spoken[] {
  const found: Spoken[] = [];
  for (const heard of view.floor.candidatesOf(slot, rule)) {
    const spoken = spokenBy(view, rule, slot, heard);
    if (spoken) found.push(spoken);
  }
  return found;
}

/** An open utterance satisfies with the first of its revisions that does. */
export function spokenBy(view: View, rule: Rule, slot: Slot, heard: Heard): Spoken | undefined {
  const reading = heard.readings.find((candidate) => satisfies(view, rule, slot.formula, heard, candidate));
  return reading && { heard, reading, slot };
}

export function satisfies(view: View, rule: Rule, formula: Formula, heard: Heard, reading: Reading): boolean {
  switch (formula.kind) {
    case 'phrases':
      return (
        (formula.roles & heard.roleBit) !== 0 && says(formula, reading.scan.hits) && stands(view, rule, formula, heard)
      );
    case 'and':
      return formula.parts.every((part) => satisfies(view, rule, part, heard, reading));
    case 'or':
      return formula.parts.some((part) => satisfies(view, rule, part, heard, reading));
    case 'not':
      return !satisfies(view, rule, formula.part, heard, reading);
  }
}

function says(atom: Atom, hits: Hits): boolean {
  if (atom.any && !atom.any.some((phrase) => holds(hits, phrase))) return false;
  if (atom.all && !atom.all.every((phrase) => holds(hits, phrase))) return false;
  if (atom.none?.some((phrase) => holds(hits, phrase))) return false;
  return !atom.atLeast || atom.atLeast.of.filter((phrase) => holds(hits, phrase)).length >= atom.atLeast.count;
}

function holds(hits: Hits, phrase: number): boolean {
  for (let i = 0; i < hits.length; i += 3) if (hits[i] === phrase) return true;
  return false;
}

function stands(view: View, rule: Rule, atom: Atom, heard: Heard): boolean {
  const { scope } = atom;
  if (!scope) return true;
  if ('first' in scope) return placeOf(view.floor.order(atom.roles, rule.partial), heard) < scope.first;
  if ('last' in scope) {
    const order = view.floor.order(atom.roles, rule.partial);
    return placeOf(order, heard) >= order.length - scope.last;
  }
  const { startedAtMs } = view.facts;
  if (startedAtMs === undefined) return false;
  const sinceMs = heard.startMs - startedAtMs;
  return (
    sinceMs >= (scope.fromSeconds ?? Number.NEGATIVE_INFINITY) * 1000 && sinceMs < (scope.toSeconds ?? Infinity) * 1000
  );
}
