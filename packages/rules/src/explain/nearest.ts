import { PARTICIPANT_ROLES } from '@earshot/model';
import type { ExplainNode } from '../api.js';
import type { Heard } from '../judge/heard.js';
import { aroundIn, readingFor, type Spoken, spokenFor, type View } from '../judge/satisfy.js';
import { evidenceOf } from '../judge/verdict.js';
import type { Atom, Feeling, Formula, Program, Rule, Slot } from '../language/program.js';
import type { Words } from './words.js';

export interface Scene {
  program: Program;
  view: View;
  rule: Rule;
  words: Words;
  /** Anchor of the finding that is asked about, and of the utterances it rests on. */
  anchor?: string;
  about: ReadonlySet<string>;
}

const MOST_WORDS = 5;
const MOST_SCORES = 8;
const MOST_PHRASES = 8;

/** Why a condition on utterances was met or not: one node for each of its parts. */
export function explainSlot(scene: Scene, slot: Slot): ExplainNode {
  const spoken = spokenFor(scene.view, scene.rule, slot);
  const asked = spoken.filter(({ heard }) => scene.about.has(heard.anchor)).map(({ heard }) => heard);
  const node = explainFormula(scene, slot, slot.formula, asked);
  if (!spoken[0]) return node;
  return { ...node, holds: true, reason: node.children.length > 0 ? '' : whereMet(scene, spoken) };
}

/** `asked`: the utterances of the finding in question that meet the whole; empty: all that were heard. */
function explainFormula(scene: Scene, slot: Slot, formula: Formula, asked: readonly Heard[]): ExplainNode {
  const { words } = scene;
  if ((formula.kind === 'and' || formula.kind === 'or') && formula.parts.length === 1)
    return explainFormula(scene, slot, formula.parts[0] as Formula, asked);
  const all = metBy(scene, slot, formula, heardBy(scene));
  const met = asked.length > 0 ? metBy(scene, slot, formula, asked) : all;
  const holds = met.length > 0;
  if (formula.kind === 'phrases' || formula.kind === 'sentiment') {
    const found = holds ? whereMet(scene, met) : all[0] && words.elsewhere(all[0].heard.anchor);
    const leaf = { holds, children: [], ...(holds && evidenceFor(scene, formula, met)) };
    return formula.kind === 'phrases'
      ? { ...leaf, condition: describe(scene, formula, met), reason: found ?? nearMiss(scene, formula) }
      : { ...leaf, condition: describeFeeling(scene, formula), reason: found ?? nearFeeling(scene, formula) };
  }
  const parts = formula.kind === 'not' ? [formula.part] : formula.parts;
  const children = parts.map((part) => explainFormula(scene, slot, part, asked));
  return { condition: words[formula.kind], holds, reason: '', children };
}

/** The words found, and of a feeling what was measured in each of them. */
function evidenceFor(scene: Scene, formula: Atom | Feeling, met: readonly Spoken[]): Partial<ExplainNode> {
  const marks = formula.kind === 'phrases' ? phrasesOf(formula) : new Set<number>();
  const shown = met.slice(0, MOST_WORDS).map((one) => ({ ...one, slot: { ...one.slot, marks } }));
  const found = { words: evidenceOf(shown), met: met.length };
  if (formula.kind === 'phrases') return found;
  const { turns } = aroundIn(scene.view, scene.rule);
  const scores = shown.map(({ heard }) =>
    turns(formula, heard)
      .slice(-MOST_SCORES)
      .map(({ readings }) => readings.at(-1)?.scores?.[formula.of] ?? null),
  );
  return { ...found, scores };
}

function metBy({ view, rule }: Scene, slot: Slot, formula: Formula, heards: readonly Heard[]): Spoken[] {
  return heards.flatMap((heard) => {
    const reading = readingFor(formula, heard, aroundIn(view, rule));
    return reading ? [{ heard, reading, slot }] : [];
  });
}

/** How often, and where first. */
function whereMet({ words, about }: Scene, met: readonly Spoken[]): string {
  const first = met.find(({ heard }) => about.has(heard.anchor)) ?? met[0];
  return first ? words.found(met.length, first.heard.anchor) : '';
}

function phrasesOf({ any = [], all = [], atLeast }: Atom): ReadonlySet<number> {
  return new Set([...any, ...all, ...(atLeast?.of ?? [])]);
}

function heardBy({ view, rule }: Scene): readonly Heard[] {
  return view.floor.order(rule.roles, rule.partial);
}

/** Of a long list of phrases those first that were found. */
function describe({ program, words, rule }: Scene, atom: Atom, met: readonly Spoken[]): string {
  const found = (phrase: number) => met.some(({ heard }) => foundIn(heard, phrase));
  const list = (phrases: readonly number[]) => {
    const ordered = [...phrases.filter(found), ...phrases.filter((phrase) => !found(phrase))];
    const shown = ordered.slice(0, MOST_PHRASES).map((phrase) => program.phraseTexts[phrase]);
    return `${shown.join(' / ')}${phrases.length > shown.length ? ` … (${phrases.length})` : ''}`;
  };
  const parts = [
    atom.any && words.any(list(atom.any)),
    atom.all && words.all(list(atom.all)),
    atom.atLeast && words.atLeast(atom.atLeast.count, list(atom.atLeast.of)),
    atom.none && words.none(list(atom.none)),
    atom.roles !== rule.roles && words.roles(PARTICIPANT_ROLES.filter((_, bit) => (atom.roles & (1 << bit)) !== 0)),
    atom.scope && words.scope(atom.scope),
  ];
  return parts.filter(Boolean).join('; ');
}

function describeFeeling({ words, rule }: Scene, { of, is, value, turns, roles, scope }: Feeling): string {
  const parts = [
    words.feels[is](words.sentiments[of] ?? of, value / 1000, turns),
    roles !== rule.roles && words.roles(PARTICIPANT_ROLES.filter((_, bit) => (roles & (1 << bit)) !== 0)),
    scope && words.scope(scope),
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
