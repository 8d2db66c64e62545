import type { ConversationRecord } from '@earshot/model';
import type { Atom, Feeling, Formula, Rule, Slot } from '../language/program.js';
import type { Hits } from '../match/matcher.js';
import { feels } from './feels.js';
import type { Floor } from './floor.js';
import type { Heard, Reading } from './heard.js';
import { itself, placeOf } from './order.js';

/** What of the record a verdict reads besides the utterances. */
export interface Facts {
  nowMs: number;
  startedAtMs?: number;
  endedAtMs?: number;
  latenessMs: number;
  history?: ConversationRecord['history'];
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

/** What a condition on an utterance sees around it. */
export interface Around {
  /** Whether it stands where the condition looks. */
  inScope(atom: Atom | Feeling, heard: Heard): boolean;
  /** As many as the condition looks at, itself the last; fewer if there are no more. */
  turns(atom: Feeling, heard: Heard): readonly Heard[];
}

/** For conditions that look at the utterance alone. */
export const ALONE: Around = { inScope: () => true, turns: (_, heard) => [heard] };

/** All utterances that satisfy the slot, in order. */
export function spokenFor(view: View, rule: Rule, slot: Slot): readonly Spoken[] {
  const known = view.floor.spokenOf(slot);
  if (known) return known;
  const found: Spoken[] = [];
  for (const heard of view.floor.candidatesOf(slot, rule)) {
    const spoken = spokenBy(view, rule, slot, heard);
    if (spoken) found.push(spoken);
  }
  return found;
}

/** The first of them: what was said ten thousand utterances ago need not be looked for again and again. */
export function firstSpokenFor(view: View, rule: Rule, slot: Slot): Spoken | undefined {
  const known = view.floor.spokenOf(slot);
  if (known) return known[0];
  for (const heard of view.floor.candidatesOf(slot, rule)) {
    const spoken = spokenBy(view, rule, slot, heard);
    if (spoken) return spoken;
  }
  return undefined;
}

export function spokenBy(view: View, rule: Rule, slot: Slot, heard: Heard): Spoken | undefined {
  const reading = readingFor(slot.formula, heard, aroundIn(view, rule));
  return reading && { heard, reading, slot };
}

/** An open utterance satisfies with the first of its revisions that does. */
export function readingFor(formula: Formula, heard: Heard, around: Around): Reading | undefined {
  return heard.readings.find((reading) => satisfies(formula, heard, reading, around, false));
}

/** Surely true: what is unknown is taken for `unknown`, which turns round under each `not`. */
function satisfies(formula: Formula, heard: Heard, reading: Reading, around: Around, unknown: boolean): boolean {
  switch (formula.kind) {
    case 'phrases':
      return (
        (formula.roles & heard.roleBit) !== 0 && says(formula, reading.scan.hits) && around.inScope(formula, heard)
      );
    case 'sentiment': {
      if ((heard.roleBit & formula.roles) === 0 || !around.inScope(formula, heard)) return false;
      return feels(formula, around.turns(formula, heard), reading) ?? unknown;
    }
    case 'and':
      return formula.parts.every((part) => satisfies(part, heard, reading, around, unknown));
    case 'or':
      return formula.parts.some((part) => satisfies(part, heard, reading, around, unknown));
    case 'not':
      return !satisfies(formula.part, heard, reading, around, !unknown);
  }
}

export function aroundIn(view: View, rule: Rule): Around {
  return {
    inScope: (atom, heard) => stands(view, rule, atom, heard),
    turns(atom, heard) {
      const order = view.floor.order(atom.roles, rule.partial);
      const place = placeOf(order, heard, itself);
      return order.slice(Math.max(0, place + 1 - atom.turns), place + 1);
    },
  };
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

function stands(view: View, rule: Rule, atom: Atom | Feeling, heard: Heard): boolean {
  const { scope } = atom;
  if (!scope) return true;
  if ('first' in scope) return placeOf(view.floor.order(atom.roles, rule.partial), heard, itself) < scope.first;
  if ('last' in scope) {
    const order = view.floor.order(atom.roles, rule.partial);
    return placeOf(order, heard, itself) >= order.length - scope.last;
  }
  const { startedAtMs } = view.facts;
  if (startedAtMs === undefined) return false;
  const sinceMs = heard.startMs - startedAtMs;
  return (
    sinceMs >= (scope.fromSeconds ?? Number.NEGATIVE_INFINITY) * 1000 && sinceMs < (scope.toSeconds ?? Infinity) * 1000
  );
}
