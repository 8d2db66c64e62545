import { PARTICIPANT_ROLES } from '@earshot/model';
import type { ExplainNode } from '../api.js';
import type { Heard } from '../judge/heard.js';
import { aroundIn, readingFor, spokenFor, type View } from '../judge/satisfy.js';
import type { Atom, Feeling, Formula, Program, Rule, Slot } from '../language/program.js';
import type { Words } from './words.js';

export interface Scene {
  program: Program;
  view: View;
  rule: Rule;
  words: Words;
}

/** Why a condition on utterances was met or not: one node for each of its parts. */
export function explainSlot(scene: Scene, slot: Slot): ExplainNode {
  const spoken = spokenFor(scene.view, scene.rule, slot);
  const node = explainFormula(scene, slot.formula);
  return spoken[0] ? { ...node, holds: true, reason: scene.words.found(spoken.length, spoken[0].heard.anchor) } : node;
}

function explainFormula(scene: Scene, formula: Formula): ExplainNode {
  const { words, view, rule } = scene;
  const met = heardBy(scene).filter((heard) => readingFor(formula, heard, aroundIn(view, rule)));
  const holds = met.length > 0;
  const found = met[0] ? words.found(met.length, met[0].anchor) : undefined;
  if (formula.kind === 'phrases') {
    return { condition: describe(scene, formula), holds, reason: found ?? nearMiss(scene, formula), children: [] };
  }
  if (formula.kind === 'sentiment') {
    return {
      condition: describeFeeling(scene, formula),
      holds,
      reason: found ?? nearFeeling(scene, formula),
      children: [],
    };
  }
  const parts = formula.kind === 'not' ? [formula.part] : formula.parts;
  const children = parts.map((part) => explainFormula(scene, part));
  return { condition: words[formula.kind], holds, reason: found ?? words.notFound(heardBy(scene).length), children };
}

function heardBy({ view, rule }: Scene): readonly Heard[] {
  return view.floor.order(rule.roles, rule.partial);
}

function describe({ program, words, rule }: Scene, atom: Atom): string {
  const list = (phrases: readonly number[]) => {
    const shown = phrases.slice(0, 10).map((phrase) => program.phraseTexts[phrase]);
    return `${shown.join(' / ')}${phrases.length > shown.length ? ` … (${phrases.length})` : ''}`;
  };
  const parts = [
    atom.any && words.any(list(atom.any)),
    atom.all && words.all(list(atom.all)),
    atom.atLeast && words.atLeast(atom.atLeast.count, list(atom.atLeast.of)),
    atom.none && words.none(list(atom.none)),
    atom.roles !== rule.roles && words.roles(PARTICIPANT_ROLES.filter((_, bit) => (atom.roles & (1 << bit)) !== 0)),
    atom.scope && JSON.stringify(atom.scope),
  ];
  return parts.filter(Boolean).join('; ');
}

function describeFeeling({ words, rule }: Scene, { of, is, value, turns, roles, scope }: Feeling): string {
  const parts = [
    words.feels[is](words.sentiments[of] ?? of, value / 1000, turns),
    roles !== rule.roles && words.roles(PARTICIPANT_ROLES.filter((_, bit) => (roles & (1 << bit)) !== 0)),
    scope && JSON.stringify(scope),
  ];
  return parts.filter(Boolean).join('; ');
}

/** How much is known, and the highest score that is. */
function nearFeeling(scene: Scene, { of, roles }: Feeling): string {
  const mine = heardBy(scene).filter((heard) => (roles & heard.roleBit) !== 0);
  let highest: { anchor: string; score: number } | undefined;
  let known = 0;
  for (const { anchor, readings } of mine) {
    const score = readings.at(-1)?.scores?.[of];
    if (score === undefined) continue;
    known++;
    if (!highest || score > highest.score) highest = { anchor, score };
  }
  return highest
    ? scene.words.highestScore(highest.anchor, highest.score, known, mine.length)
    : scene.words.noScores(mine.length);
}

/** What came nearest: said elsewhere, said by another, said in part, or ruled out by a word. */
function nearMiss({ program, view, rule, words }: Scene, atom: Atom): string {
  const everyone = view.floor.all().filter((heard) => rule.partial || !heard.open);
  const wide: Atom = { ...atom, scope: undefined };
  const anyRole: Atom = { ...wide, roles: -1 };
  const says = (formula: Atom) => everyone.find((heard) => readingFor(formula, heard, aroundIn(view, rule)));
  const outside = atom.scope && says(wide);
  if (outside) return words.outOfScope(outside.anchor);
  const other = says(anyRole);
  if (other) return words.otherRole(other.anchor, other.role);
  const excluded = atom.none && (atom.any || atom.all || atom.atLeast) && says({ ...wide, none: undefined });
  if (excluded) {
    const phrase = atom.none?.find((one) => foundIn(excluded, one));
    return words.excluded(excluded.anchor, program.phraseTexts[phrase ?? -1] ?? '');
  }
  const wanted = atom.all ?? atom.atLeast?.of ?? [];
  let best: { heard: Heard; found: number[] } | undefined;
  for (const heard of everyone) {
    const found = (atom.roles & heard.roleBit) !== 0 ? wanted.filter((phrase) => foundIn(heard, phrase)) : [];
    if (found.length > (best?.found.length ?? 0)) best = { heard, found };
  }
  if (best) return words.partly(best.heard.anchor, best.found.map((phrase) => program.phraseTexts[phrase]).join(' / '));
  return words.notFound(everyone.filter((heard) => (atom.roles & heard.roleBit) !== 0).length);
}

function foundIn(heard: Heard, phrase: number): boolean {
  return heard.readings.some(({ scan }) => scan.hits.some((value, i) => i % 3 === 0 && value === phrase));
}
