import { type Automaton, BACK, BASE, buildAutomaton, CHILDREN, FOUND, PARENT, TO_STATE } from './automaton.js';
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
const START: ScanMark = { offset: 0, news: 0, hits: 0, same: 0 };

export function makeMatcher(fold: FoldTable, phrases: readonly FoldedPhrase[]): Matcher {
  const codeOf = new Map<number, number>();
  const shapes = groupByLetters(phrases);
  const patterns = shapes.map((shape) =>
    shape.letters.map((letter) => {
      const code = codeOf.get(letter) ?? codeOf.size + FIRST_CODE;
      codeOf.set(letter, code);
      return code;
    }),
  );
  const codes = makeCodes(fold, codeOf);
  const automaton = buildAutomaton(patterns, codeOf.size + FIRST_CODE);
  const scanner = new Scanner(fold, phrases, shapes, codeOf, codes, automaton);
  return {
    scan: (text) => scanner.run(text, START, NO_HITS),
    rescan: (text, earlierText, earlier) => {
      const { mark, hits } = earlier;
      const same = mark.same > 0 && text.startsWith(earlierText.slice(0, mark.same));
      return same ? scanner.run(text, mark, hits) : scanner.run(text, START, NO_HITS);
    },
  };
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

/** How far a scan had come: at the end, or where half a masked token or half a pair may change what follows. */
interface Cut {
  at: number;
  state: number;
  letters: number;
  hits: number;
  /** The last letter that was reported, and the hits before it. */
  reported: number;
  hitsBefore: number;
}

class Scanner {
  /** Of each letter seen: its offset times 4, and what stood before it: 0, SEPARATOR or CLAUSE. Reused between texts. */
  private places = new Int32Array(512);

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
    if (this.places.length < length) this.places = new Int32Array(length * 2);
    const { places } = this;
    const found: number[] = earlier.slice(0, from.hits);
    let cuts: Cut[] | undefined;
    let state = 0;
    let letters = 0;
    let gap = 0;
    let gapUnits = 0;
    let reported = -1;
    let hitsBefore = 0;
    for (let i = from.offset; i < length; i++) {
      const at = i;
      let code = codes[text.charCodeAt(i)] as number;
      if (code < FIRST_CODE && code > OTHER_LETTER) {
        const point = text.codePointAt(i) as number;
        if (point > 0xffff) {
          i++;
          const folded = foldBeyond(this.fold, point);
          code = folded < FIRST_LETTER ? folded : (this.codeOf.get(folded) ?? OTHER_LETTER);
        } else {
          if (code === HIGH_SURROGATE && i === length - 1) {
            cuts ??= [];
            cuts.push({ at, state, letters, hits: found.length, reported, hitsBefore });
          }
          code = OTHER_LETTER;
        }
      }
      if (code >= FIRST_CODE) {
        places[letters] = at * 4 + gap;
        gap = 0;
        gapUnits = 0;
        let next = 0;
        while (state !== 0) {
          if (((cells[state + CHILDREN] as number) >>> code) & 1) {
            next = ((cells[state + BASE] as number) + code) * 4;
            if (cells[next + PARENT] === state) break;
          }
          state = (cells[state + BACK] as number) & TO_STATE;
        }
        state = state === 0 ? (root[code] as number) : next;
        if (((cells[state + BACK] as number) & FOUND) !== 0 && at >= from.news) {
          reported = letters;
          hitsBefore = found.length;
          this.report(text, state, letters, i + 1, found);
        }
        letters++;
      } else if (code === ABSENT) {
      } else if (code === OTHER_LETTER || code === SENTENCE_END) {
        state = 0;
      } else {
        if (text[i] === '[') {
          const end = tokenEnd(text, i);
          if (end > 0) {
            i = end - 1;
            gapUnits = MAX_GAP_UNITS;
          } else {
            cuts ??= [];
            cuts.push({ at, state, letters, hits: found.length, reported, hitsBefore });
          }
        }
        gapUnits += i + 1 - at;
        if (code > gap) gap = code;
        if (gapUnits > MAX_GAP_UNITS || (text[at] === '.' && isBlank(text.charCodeAt(i + 1)))) state = 0;
      }
    }
    const end = { at: length, state, letters, hits: found.length, reported, hitsBefore };
    const last = cuts?.find(({ at }) => length - at <= LONGEST_TOKEN) ?? end;
    return { hits: found.length === 0 ? NO_HITS : found, mark: this.markAt(last) };
  }

  private markAt({ at, state, letters, hits, reported, hitsBefore }: Cut): ScanMark {
    if (state === 0) return { offset: at, news: at, hits, same: at };
    const first = letters - (this.automaton.depth[state / 4] as number);
    return {
      offset: (this.places[first] as number) >> 2,
      news: (this.places[letters - 1] as number) >> 2,
      hits: reported === letters - 1 ? hitsBefore : hits,
      same: at,
    };
  }

  private report(text: string, from: number, last: number, end: number, found: number[]): void {
    const { ending, shorter, pattern } = this.automaton;
    for (let state = ending[from / 4] as number; state >= 0; state = shorter[state / 4] as number) {
      const shape = this.shapes[pattern[state / 4] as number] as Shape;
      const first = last - shape.letters.length + 1;
      const start = (this.places[first] as number) >> 2;
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
