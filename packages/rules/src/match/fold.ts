import { SIMPLIFIED_PAIRS } from './simplified.generated.js';

/** What a UTF-16 unit is to the matcher; values from FIRST_LETTER up are folded letters. */
export const ABSENT = 0;
export const SEPARATOR = 1;
/** A separator that ends a clause: skipped only where the phrase has a separator too. */
export const CLAUSE = 2;
export const SENTENCE_END = 3;
export const FIRST_LETTER = 4;

const SENTENCE_ENDS = '。！？!?；;｡\n\r\u2028\u2029';
const CLAUSE_MARKS = '，,、：:､﹐﹑';
/** "don't" and "dont" are one word. */
const APOSTROPHES = "'’‘ʼ`＇";
const LETTER = /^[\p{L}\p{N}\p{M}]$/u;
const IGNORABLE = /^\p{Default_Ignorable_Code_Point}$/u;
/** Letters one and all, so the regular expressions need not run for them. */
const HAN_FIRST = 0x4e00;
const HAN_LAST = 0x9fff;

export type FoldTable = Uint16Array;

/**
 * One entry for each UTF-16 unit: its class, or the folded letter. Width and compatibility forms, case, and
 * traditional/simplified fold one unit to one unit, so offsets into the original text stay exact.
 */
export function makeFoldTable(): FoldTable {
  const table = new Uint16Array(65_536);
  for (let unit = 0; unit < 65_536; unit++) table[unit] = foldUnit(unit);
  for (let i = 0; i < SIMPLIFIED_PAIRS.length; i += 2) {
    table[SIMPLIFIED_PAIRS.charCodeAt(i)] = SIMPLIFIED_PAIRS.charCodeAt(i + 1);
  }
  return table;
}

function foldUnit(unit: number): number {
  if (unit >= HAN_FIRST && unit <= HAN_LAST) return unit;
  // A lone surrogate is a letter that no phrase holds; pairs are handled by the scanner.
  if (unit >= 0xd800 && unit <= 0xdfff) return unit;
  if (unit >= 0xac00 && unit <= 0xd7a3) return unit;
  const char = String.fromCharCode(unit);
  if (SENTENCE_ENDS.includes(char)) return SENTENCE_END;
  if (CLAUSE_MARKS.includes(char)) return CLAUSE;
  if (APOSTROPHES.includes(char) || IGNORABLE.test(char)) return ABSENT;
  const wide = char.normalize('NFKC');
  const narrow = wide.length === 1 ? wide.toLowerCase() : char.toLowerCase();
  const folded = narrow.length === 1 ? narrow : char;
  return LETTER.test(folded) ? folded.charCodeAt(0) : SEPARATOR;
}

/** Letters and digits that make up words with borders: everything below the East Asian blocks. */
export function isWordLetter(letter: number): boolean {
  return letter >= FIRST_LETTER && letter < 0x1100;
}

export function isDigit(letter: number): boolean {
  return letter >= 48 && letter <= 57;
}

/** Folds a code point beyond the first plane: styled letters become plain ones, pictures separators. */
export function foldBeyond(table: FoldTable, point: number): number {
  if (point >= 0x1f000 && point <= 0x1faff) return SEPARATOR;
  if (point >= 0xe0000 && point <= 0xe0fff) return ABSENT;
  const plain = String.fromCodePoint(point).normalize('NFKC');
  return plain.length === 1 ? (table[plain.charCodeAt(0)] ?? point) : point;
}
