/** Looks for phrases in the plainest way: every beginning is tried, one sign after the other. */

/** Where a phrase stands, UTF-16 offsets. */
export interface Place {
  start: number;
  end: number;
}

export type Kind = 'letter' | 'separator' | 'clause' | 'end' | 'wall';

export interface Sign {
  kind: Kind;
  /** Of a letter: how it is compared. */
  letter: string;
  start: number;
  end: number;
}

export interface PhraseSpec {
  text: string;
  joined: boolean;
}

const ENDS = new Set('。！？!?；;｡\n\r\u2028\u2029');
const CLAUSES = new Set('，,、：:､﹐﹑');
const UNSEEN = /^[\p{Default_Ignorable_Code_Point}'’‘ʼ`＇]$/u;
const PICTURE = /^[\u{1f000}-\u{1faff}]$/u;
const LETTER = /^[\p{L}\p{N}\p{M}]$/u;
const MASKED = /\[[A-Z][A-Z0-9_]{0,20}:[0-9A-Za-z_-]{1,40}\]/gu;
const MOST_SEPARATORS = 2;

/** A text as it counts: each is read once. */
export interface ReadText {
  signs: readonly Sign[];
  letters: ReadonlySet<string>;
  /** As a phrase: what has to follow each other. */
  wanted: readonly Wanted[];
}

export type Reader = (text: string) => ReadText;

/** `simplify` turns a traditional character into its simplified one. */
export function createReader(simplify: (char: string) => string): Reader {
  const known = new Map<string, ReadText>();
  return (text) => {
    const read = known.get(text) ?? readText(signsOf(text, simplify));
    known.set(text, read);
    return read;
  };
}

function readText(signs: readonly Sign[]): ReadText {
  const wanted = signs.flatMap(({ kind, letter }, at) =>
    kind === 'letter' ? [{ letter, breakBefore: at > 0 && signs[at - 1]?.kind !== 'letter' }] : [],
  );
  return { signs, wanted, letters: new Set(wanted.map(({ letter }) => letter)) };
}

/** Every occurrence, by the definition of the rule language. */
export function occurrences(text: string, phrase: PhraseSpec, read: Reader): Place[] {
  const { signs, letters: said } = read(text);
  const { wanted } = read(phrase.text);
  // Most phrases have a letter that the text has not.
  if (!wanted.every(({ letter }) => said.has(letter))) return [];
  return signs.flatMap((sign, at) => {
    if (sign.kind !== 'letter' || sign.letter !== wanted[0]?.letter) return [];
    const last = lastSign(signs, at, wanted, phrase.joined);
    if (last === undefined) return [];
    const end = signs[last] as Sign;
    if (!bordered(signs, at, -1) || !bordered(signs, last, 1)) return [];
    return [{ start: sign.start, end: end.end }];
  });
}

export interface Wanted {
  letter: string;
  /** The phrase has a separator before this letter. */
  breakBefore: boolean;
}

/** The sign on which the phrase that begins at `from` ends; undefined: it is not there. */
function lastSign(
  signs: readonly Sign[],
  from: number,
  letters: readonly Wanted[],
  joined: boolean,
): number | undefined {
  let at = from;
  // Latin letters of one word stand all together or all apart.
  let together: boolean | undefined;
  for (const [index, { letter, breakBefore }] of letters.entries()) {
    if (index === 0) continue;
    const between = separatorsAfter(signs, at);
    const next = signs[at + between.length + 1];
    if (next?.kind !== 'letter' || next.letter !== letter) return undefined;
    if (between.some(({ kind }) => kind === 'end' || kind === 'wall')) return undefined;
    if (between.reduce((units, sign) => units + sign.end - sign.start, 0) > MOST_SEPARATORS) return undefined;
    const before = letters[index - 1]?.letter ?? '';
    const words = isWordLetter(before) && isWordLetter(letter);
    const apart = between.length > 0;
    if (breakBefore) {
      if (words && !apart) return undefined;
      together = undefined;
    } else {
      if (joined && apart) return undefined;
      if (between.some(({ kind }) => kind === 'clause')) return undefined;
      if (words && !joined && !(isDigit(before) && isDigit(letter))) {
        if (together !== undefined && together === apart) return undefined;
        together = !apart;
      } else together = undefined;
    }
    at += between.length + 1;
  }
  return at;
}

function separatorsAfter(signs: readonly Sign[], at: number): Sign[] {
  const found: Sign[] = [];
  for (let i = at + 1; i < signs.length && signs[i]?.kind !== 'letter'; i++) found.push(signs[i] as Sign);
  return found;
}

/** A word or number of the phrase is a whole one in the text. */
function bordered(signs: readonly Sign[], at: number, step: 1 | -1): boolean {
  if (!isWordLetter(signs[at]?.letter ?? '')) return true;
  const beside = signs[at + step];
  return beside?.kind !== 'letter' || !isWordLetter(beside.letter);
}

function signsOf(text: string, simplify: (char: string) => string): Sign[] {
  const walls = [...text.matchAll(MASKED)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  const signs: Sign[] = [];
  let start = 0;
  for (const char of text) {
    const end = start + char.length;
    const at = start;
    start = end;
    const wall = walls.find((one) => at >= one.start && at < one.end);
    if (wall) {
      if (at === wall.start) signs.push({ kind: 'wall', letter: '', start: wall.start, end: wall.end });
      continue;
    }
    const kind = kindOf(char, text[end]);
    if (kind) signs.push({ kind, letter: kind === 'letter' ? folded(char, simplify) : '', start: at, end });
  }
  return signs;
}

/** Undefined: as if it were not there. */
function kindOf(char: string, next: string | undefined): Kind | undefined {
  if (ENDS.has(char)) return 'end';
  if (CLAUSES.has(char)) return 'clause';
  if (UNSEEN.test(char)) return undefined;
  if (PICTURE.test(char)) return 'separator';
  if (char === '.' && next !== undefined && /^[ \t\u3000\u00a0]$/.test(next)) return 'end';
  const plain = char.normalize('NFKC');
  return LETTER.test(plain.length === 1 ? plain : char) ? 'letter' : 'separator';
}

function folded(char: string, simplify: (char: string) => string): string {
  const plain = char.normalize('NFKC');
  const one = [...plain].length === 1 ? plain : char;
  const lower = one.toLowerCase();
  return simplify(lower.length === one.length ? lower : one);
}

function isWordLetter(letter: string): boolean {
  return letter !== '' && letter < '\u1100';
}

function isDigit(letter: string): boolean {
  return /^[0-9]$/.test(letter);
}
