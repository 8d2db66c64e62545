import { type Automaton, BACK, BASE, buildAutomaton, CHILDREN, FOUND, PARENT, step, TO_STATE } from './automaton.js';
import { ABSENT, CLAUSE, FIRST_LETTER, type FoldTable, foldBeyond, isWordLetter, SENTENCE_END } from './fold.js';
import { BETWEEN_WORDS, type FoldedPhrase, FREE, INSIDE_WORD, JOINED } from './phrase.js';

/** Triples of phrase index, start, end (UTF-16 offsets of the original text), in order of their ends. */
export type Hits = readonly number[];

export const NO_HITS: Hits = Object.freeze([]) as Hits;

/** Where a scan may be taken up again when the text has only grown. */
export interface ScanMark {
  /** Where the phrase begins that may still be completed; the end of the text if there is none. */
  offset: number;
  /** From here on letters are reported: what ends before is among the hits already. */
  news: number;
  /** Length of the hits that growing does not change: all but those of the last letter, behind which a word may go on. */
  hits: number;
  /** The scan holds for texts that begin with this much of this one. */
  same: number;
}

export interface Scan {
  hits: Hits;
  mark: ScanMark;
}

export interface Matcher {
  scan(text: string): Scan;
  /** The same hits, for a text that is not expected to grow: `rescan` gains nothing by it. */
  scanWhole(text: string): Scan;
  /** The same as `scan(text)`, cheaper if `text` begins like `earlierText`. */
  rescan(text: string, earlierText: string, earlier: Scan): Scan;
}

const HIGH_SURROGATE = FIRST_LETTER;
const LOW_SURROGATE = FIRST_LETTER + 1;
/** A letter that no phrase holds: it leads back to the root like any other, which costs less than to ask for it. */
const OTHER_LETTER = FIRST_LETTER + 2;
const FIRST_CODE = FIRST_LETTER + 3;
/** Most units of separators between two letters of a phrase. */
const MAX_GAP_UNITS = 2;
const LONGEST_TOKEN = 64;
const MASKED_TOKEN = /\[[A-Z][A-Z0-9_]{0,20}:[0-9A-Za-z_-]{1,40}\]/y;
const START: ScanMark = { offset: 0, news: 0, hits: 0, same: 0 };
const NOTHING: Scan = { hits: NO_HITS, mark: START };

/** What a matcher is made of: plain data, so that it can be built on another thread. */
export interface MatcherData {
  phrases: readonly FoldedPhrase[];
  shapes: readonly Shape[];
  /** The automaton's code of each folded letter. */
  codeOf: ReadonlyMap<number, number>;
  automaton: Automaton;
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

export function openMatcher(fold: FoldTable, { phrases, shapes, codeOf, automaton }: MatcherData): Matcher {
  const scanner = new Scanner(fold, phrases, shapes, codeOf, makeCodes(fold, codeOf), automaton);
  return {
    scan: (text) => scanner.run(text, START, NO_HITS),
    scanWhole: (text) => {
      const { hits } = scanner.run(text, START, NO_HITS);
      return hits.length === 0 ? NOTHING : { hits, mark: START };
    },
    rescan: (text, earlierText, earlier) => {
      const { mark, hits } = earlier;
      // Half a pair that was alone may be whole now. And not startsWith, which V8 runs at half the speed.
      const whole = mark.same > 0 && (text.charCodeAt(mark.same - 1) & 0xfc00) !== 0xd800;
      const same = whole && text.slice(0, mark.same) === earlierText.slice(0, mark.same);
      return same ? scanner.run(text, mark, hits) : scanner.run(text, START, NO_HITS);
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

/** How far a scan had come where half a masked token, or half a pair, may change what follows. */
interface Cut {
  at: number;
  state: number;
  letters: number;
}

class Scanner {
  /** Of each letter seen: its offset times 4, and what stood before it: 0, SEPARATOR or CLAUSE. Reused between texts. */
  private places = new Int32Array(512);
  private readonly cuts: Cut[] = [];

  constructor(
    private readonly fold: FoldTable,
    private readonly phrases: readonly FoldedPhrase[],
    private readonly shapes: readonly Shape[],
    private readonly codeOf: ReadonlyMap<number, number>,
    private readonly codes: Uint16Array,
    private readonly automaton: Automaton,
  ) {}

  run(text: string, from: ScanMark, earlier: Hits): Scan {
    const { codes } = this;
    const { cells, root } = this.automaton;
    const { length } = text;
    const { news } = from;
    if (this.places.length < length) this.places = new Int32Array(length * 2);
    const { places } = this;
    // Most texts hold nothing: a list of their own is made with the first hit.
    let found = from.hits === earlier.length ? earlier : earlier.slice(0, from.hits);
    const { cuts } = this;
    if (cuts.length > 0) cuts.length = 0;
    let state = 0;
    let letters = 0;
    // What stood since the last letter: units times 4, and the weightiest class.
    let gap = 0;
    let i = from.offset;
    while (i < length) {
      let code = OTHER_LETTER;
      let endsOne = 0;
      // Nothing is called in here: V8 then keeps the tables' addresses and lengths in registers.
      for (; i < length && endsOne === 0; i++) {
        code = codes[text.charCodeAt(i)] as number;
        if (code < OTHER_LETTER) break;
        places[letters++] = i * 4 + (gap & 3);
        gap = 0;
        let next = 0;
        while (state !== 0) {
          if (((cells[state + CHILDREN] as number) >>> code) & 1) {
            next = ((cells[state + BASE] as number) + code) * 4;
            if (cells[next + PARENT] === state) break;
          }
          state = (cells[state + BACK] as number) & TO_STATE;
        }
        state = state === 0 ? (root[code] as number) : next;
        endsOne = (cells[state + BACK] as number) & FOUND;
      }
      if (endsOne !== 0) {
        if (i > news) found = this.report(text, state, letters - 1, i, found, earlier);
        continue;
      }
      if (i >= length) break;
      const at = i++;
      if (code >= FIRST_LETTER) {
        const point = text.codePointAt(at) as number;
        if (point <= 0xffff) {
          if (code === HIGH_SURROGATE && i === length) cuts.push({ at, state, letters });
          code = OTHER_LETTER;
        } else {
          i++;
          const folded = foldBeyond(this.fold, point);
          code = folded < FIRST_LETTER ? folded : (this.codeOf.get(folded) ?? OTHER_LETTER);
        }
        if (code >= OTHER_LETTER) {
          places[letters++] = at * 4 + (gap & 3);
          gap = 0;
          state = step(this.automaton, state, code);
          if (((cells[state + BACK] as number) & FOUND) !== 0 && at >= news)
            found = this.report(text, state, letters - 1, i, found, earlier);
          continue;
        }
      }
      if (code === ABSENT) continue;
      if (code === SENTENCE_END) {
        state = 0;
        continue;
      }
      if (text[at] === '[') {
        const end = tokenEnd(text, at);
        if (end > 0) {
          i = end;
          gap += MAX_GAP_UNITS * 4;
        } else cuts.push({ at, state, letters });
      }
      gap = (gap & ~3) + (i - at) * 4 + Math.max(gap & 3, code);
      if (gap >= (MAX_GAP_UNITS + 1) * 4 || (text[at] === '.' && isBlank(text.charCodeAt(i)))) state = 0;
    }
    const cut = cuts.length > 0 ? cuts.find(({ at }) => length - at <= LONGEST_TOKEN) : undefined;
    const mark = cut ? this.markAt(cut.at, cut.state, cut.letters, found) : this.markAt(length, state, letters, found);
    return { hits: found.length === 0 ? NO_HITS : found, mark };
  }

  private markAt(at: number, state: number, letters: number, found: Hits): ScanMark {
    const first = letters - (this.automaton.depth[state / 4] as number);
    const lastAt = state === 0 ? at : (this.places[letters - 1] as number) >> 2;
    let hits = found.length;
    while (hits > 0 && (found[hits - 1] as number) > lastAt) hits -= 3;
    return { offset: state === 0 ? at : (this.places[first] as number) >> 2, news: lastAt, hits, same: at };
  }

  /** The list with what ends at this letter; a copy if the list is the earlier scan's. */
  private report(text: string, from: number, last: number, end: number, found: Hits, earlier: Hits): Hits {
    const { ending, shorter, pattern } = this.automaton;
    let own = found === earlier ? undefined : (found as number[]);
    for (let state = ending[from / 4] as number; state >= 0; state = shorter[state / 4] as number) {
      const shape = this.shapes[pattern[state / 4] as number] as Shape;
      const first = last - shape.letters.length + 1;
      const start = (this.places[first] as number) >> 2;
      for (const index of shape.phrases) {
        if (!this.holds(text, this.phrases[index] as FoldedPhrase, first, start, end)) continue;
        own ??= found.slice();
        own.push(index, start, end);
      }
    }
    return own ?? found;
  }

  private holds(text: string, phrase: FoldedPhrase, first: number, start: number, end: number): boolean {
    const { letters, places } = phrase;
    let solid = false;
    let spelled = false;
    for (let i = 1; i < letters.length; i++) {
      const gap = (this.places[first + i] as number) & 3;
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

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x3000 || unit === 0x09 || unit === 0xa0;
}
