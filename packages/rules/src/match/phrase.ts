import { ABSENT, CLAUSE, type FoldTable, foldBeyond, isDigit, isWordLetter, SENTENCE_END, SEPARATOR } from './fold.js';

/** How the place between two letters of a phrase may look in a text. */
export const FREE = 0;
export const INSIDE_WORD = 1;
export const BETWEEN_WORDS = 2;
export const AT_BREAK = 3;
export const JOINED = 4;

/** A phrase as the automaton sees it. */
export interface FoldedPhrase {
  /** Two phrases with one key match the same texts. */
  key: string;
  /** Folded code points. */
  letters: number[];
  /** `places[i]`: the place before `letters[i]`; `places[0]` unused. */
  places: Uint8Array;
  /** No word borders and no breaks: any occurrence the automaton reports is one, but for clause marks. */
  plain: boolean;
}

/** Undefined where nothing is left to look for, or a sentence end stands inside. */
export function foldPhrase(table: FoldTable, text: string, joined: boolean): FoldedPhrase | undefined {
  const letters: number[] = [];
  const breaks: boolean[] = [];
  let gap = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    const letter = point > 0xffff ? foldBeyond(table, point) : (table[point] ?? 0);
    if (letter === ABSENT) continue;
    if (letter <= SENTENCE_END) {
      gap = Math.max(gap, letter);
      continue;
    }
    if (gap === SENTENCE_END && letters.length > 0) return undefined;
    letters.push(letter);
    breaks.push(gap === SEPARATOR || gap === CLAUSE);
    gap = 0;
  }
  if (letters.length === 0) return undefined;
  const places = new Uint8Array(letters.length);
  for (let i = 1; i < letters.length; i++) places[i] = placeOf(letters[i - 1] ?? 0, letters[i] ?? 0, breaks[i], joined);
  const plain =
    places.every((place) => place === FREE) && !isWordLetter(letters[0] ?? 0) && !isWordLetter(letters.at(-1) ?? 0);
  return { key: `${letters.join(' ')}/${places.join('')}`, letters, places, plain };
}

function placeOf(before: number, after: number, atBreak: boolean | undefined, joined: boolean): number {
  const words = isWordLetter(before) && isWordLetter(after);
  if (atBreak) return words ? BETWEEN_WORDS : AT_BREAK;
  if (joined) return JOINED;
  return words && !(isDigit(before) && isDigit(after)) ? INSIDE_WORD : FREE;
}
