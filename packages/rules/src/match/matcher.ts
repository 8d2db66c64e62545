import { type Automaton, type AutomatonData, buildAutomaton, openAutomaton } from './automaton.js';
import { ABSENT, CLAUSE, FIRST_LETTER, type FoldTable, foldBeyond, isWordLetter, SENTENCE_END } from './fold.js';
import { BETWEEN_WORDS, type FoldedPhrase, FREE, INSIDE_WORD, JOINED } from './phrase.js';

/** Triples of phrase index, start, end (UTF-16 offsets of the original text), in order of their ends. */
export type Hits = readonly number[];

export const NO_HITS: Hits = Object.freeze([]) as Hits;

/** Where a scan may be taken up again when the text has only grown. */
export interface ScanMark {
  /** Offset behind which nothing was pending. */
  offset: number;
  /** Length of the hits found before it. */
  hits: number;
}

export interface Scan {
  hits: Hits;
  mark: ScanMark;
}

export interface Matcher {
  scan(text: string): Scan;
  /** The same as `scan(text)`, cheaper if `text` begins like `earlierText`. */
  rescan(text: string, earlierText: string, earlier: Scan): Scan;
}

const OTHER_LETTER = FIRST_LETTER;
const HIGH_SURROGATE = FIRST_LETTER + 1;
const LOW_SURROGATE = FIRST_LETTER + 2;
const FIRST_CODE = FIRST_LETTER + 3;
/** Most units of separators between two letters of a phrase. */
const MAX_GAP_UNITS = 2;
const LONGEST_TOKEN = 64;
const MASKED_TOKEN = /\[[A-Z][A-Z0-9_]{0,20}:[0-9A-Za-z_-]{1,40}\]/y;
const START: ScanMark = { offset: 0, hits: 0 };

/** What a matcher is made of: plain data, so that it can be built on another thread. */
export interface MatcherData {
  phrases: readonly FoldedPhrase[];
  shapes: readonly Shape[];
  /** The automaton's code of each folded letter. */
  codeOf: ReadonlyMap<number, number>;
  automaton: AutomatonData;
}

export function buildMatcher(phrases: readonly FoldedPhrase[]): MatcherData {
  const codeOf = new Map<number, number>();
  const shapes = groupByLetters(phrases);
  const patterns = shapes.map((shape) =>
    shape.letters.map((letter) => {
      const code = codeOf.get(letter) ?? codeOf.size + FIRST_CODE;
      codeOf.set(letter, code);
      return code;
    }),
  );
  return { phrases, shapes, codeOf, automaton: buildAutomaton(patterns, codeOf.size + FIRST_CODE) };
}

export function openMatcher(fold: FoldTable, data: MatcherData): Matcher {
  const { phrases, shapes, codeOf } = data;
  const scanner = new Scanner(fold, phrases, shapes, codeOf, makeCodes(fold, codeOf), openAutomaton(data.automaton));
  return {
    scan: (text) => scanner.run(text, START, NO_HITS),
    rescan: (text, earlierText, earlier) => {
      const from = earlier.mark;
      const same = from.offset > 0 && text.startsWith(earlierText.slice(0, from.offset));
      return same ? scanner.run(text, from, earlier.hits) : scanner.run(text, START, NO_HITS);
    },
  };
}

export function makeMatcher(fold: FoldTable, phrases: readonly FoldedPhrase[]): Matcher {
  return openMatcher(fold, buildMatcher(phrases));
}

interface Shape {
  letters: number[];
  /** Phrases of these letters; they differ in what may stand between them. */
  phrases: number[];
}

function groupByLetters(phrases: readonly FoldedPhrase[]): Shape[] {
  const shapes = new Map<string, Shape>();
  phrases.forEach((phrase, index) => {
    const key = phrase.letters.join(' ');
    const shape = shapes.get(key) ?? { letters: phrase.letters, phrases: [] };
    shape.phrases.push(index);
    shapes.set(key, shape);
  });
  return [...shapes.values()];
}

function makeCodes(fold: FoldTable, codeOf: ReadonlyMap<number, number>): Uint16Array {
  const codes = new Uint16Array(65_536);
  for (let unit = 0; unit < 65_536; unit++) {
    const folded = fold[unit] as number;
    codes[unit] = folded < FIRST_LETTER ? folded : (codeOf.get(folded) ?? OTHER_LETTER);
  }
  codes.fill(HIGH_SURROGATE, 0xd800, 0xdc00);
  codes.fill(LOW_SURROGATE, 0xdc00, 0xe000);
  return codes;
}

class Scanner {
  /** Offset of each letter seen, and what stood before it: 0, SEPARATOR or CLAUSE. Reused between texts. */
  private offsets = new Int32Array(512);
  private gaps = new Uint8Array(512);

  constructor(
    private readonly fold: FoldTable,
    private readonly phrases: readonly FoldedPhrase[],
    private readonly shapes: readonly Shape[],
    private readonly codeOf: ReadonlyMap<number, number>,
    private readonly codes: Uint16Array,
    private readonly automaton: Automaton,
  ) {}

  run(text: string, from: ScanMark, earlier: Hits): Scan {
    const { codes, automaton } = this;
    const { firstOut, shorter } = automaton;
    if (this.offsets.length < text.length) {
      this.offsets = new Int32Array(text.length * 2);
      this.gaps = new Uint8Array(text.length * 2);
    }
    const { offsets, gaps } = this;
    const found: number[] = earlier.slice(0, from.hits);
    let markOffset = from.offset;
    let markHits = from.hits;
    let openBracket = -1;
    let state = 0;
    let letters = 0;
    let gap = 0;
    let gapUnits = 0;
    for (let i = from.offset; i < text.length; i++) {
      const at = i;
      let code = codes[text.charCodeAt(i)] as number;
      if (code === HIGH_SURROGATE || code === LOW_SURROGATE) {
        const point = text.codePointAt(i) as number;
        if (point > 0xffff) {
          i++;
          const folded = foldBeyond(this.fold, point);
          code = folded < FIRST_LETTER ? folded : (this.codeOf.get(folded) ?? OTHER_LETTER);
        } else code = OTHER_LETTER;
      }
      if (code >= FIRST_CODE) {
        offsets[letters] = at;
        gaps[letters] = gap;
        gap = 0;
        gapUnits = 0;
        state = automaton.next(state, code);
        const out = (firstOut[state] as number) >= 0 ? state : (shorter[state] as number);
        if (out >= 0) this.report(text, out, letters, i + 1, found);
        letters++;
      } else if (code === ABSENT) {
        continue;
      } else if (code === OTHER_LETTER || code === SENTENCE_END) {
        state = 0;
      } else {
        if (text[i] === '[') {
          const end = tokenEnd(text, i);
          if (end > 0) {
            i = end - 1;
            gapUnits = MAX_GAP_UNITS;
          } else openBracket = i;
        }
        gapUnits += i + 1 - at;
        if (code > gap) gap = code;
        if (gapUnits > MAX_GAP_UNITS || (text[at] === '.' && isBlank(text.charCodeAt(i + 1)))) state = 0;
      }
      // Not inside half a masked token, nor between the halves of a pair: what follows would change their meaning.
      if (state === 0 && (openBracket < 0 || i - openBracket > LONGEST_TOKEN) && !isHighSurrogate(text.charCodeAt(i))) {
        markOffset = i + 1;
        markHits = found.length;
      }
    }
    return { hits: found.length === 0 ? NO_HITS : found, mark: { offset: markOffset, hits: markHits } };
  }

  private report(text: string, from: number, last: number, end: number, found: number[]): void {
    const { firstOut, shorter } = this.automaton;
    for (let state = from; state >= 0; state = shorter[state] as number) {
      const shape = this.shapes[firstOut[state] as number] as Shape;
      const first = last - shape.letters.length + 1;
      const start = this.offsets[first] as number;
      for (const index of shape.phrases) {
        if (this.holds(text, this.phrases[index] as FoldedPhrase, first, start, end)) found.push(index, start, end);
      }
    }
  }

  private holds(text: string, phrase: FoldedPhrase, first: number, start: number, end: number): boolean {
    const { letters, places } = phrase;
    let solid = false;
    let spelled = false;
    for (let i = 1; i < letters.length; i++) {
      const gap = this.gaps[first + i] as number;
      const place = places[i];
      if (place === BETWEEN_WORDS) {
        if (gap === 0) return false;
        solid = false;
        spelled = false;
      } else if (gap === CLAUSE && (place === FREE || place === INSIDE_WORD)) return false;
      else if (gap !== 0 && place === JOINED) return false;
      else if (place === INSIDE_WORD) {
        if (gap === 0) solid = true;
        else spelled = true;
        if (solid && spelled) return false;
      } else {
        solid = false;
        spelled = false;
      }
    }
    if (phrase.plain) return true;
    if (isWordLetter(letters[0] as number) && this.wordLetterAt(text, start - 1, -1)) return false;
    return !(isWordLetter(letters.at(-1) as number) && this.wordLetterAt(text, end, 1));
  }

  /** Whether the nearest unit that is not absent, going by `step`, belongs to a word. */
  private wordLetterAt(text: string, from: number, step: number): boolean {
    let i = from;
    while (i >= 0 && i < text.length && this.fold[text.charCodeAt(i)] === ABSENT) i += step;
    return i >= 0 && i < text.length && isWordLetter(this.fold[text.charCodeAt(i)] as number);
  }
}

function tokenEnd(text: string, at: number): number {
  MASKED_TOKEN.lastIndex = at;
  return MASKED_TOKEN.test(text) ? MASKED_TOKEN.lastIndex : -1;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x3000 || unit === 0x09 || unit === 0xa0;
}
