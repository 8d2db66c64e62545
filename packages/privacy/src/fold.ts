import { BARRIER_CHAR, GAP_STAND_IN, LETTER_STAND_IN } from './characters.js';
import { PERSONAL_DATA_TYPES } from './types.js';

/** Text in which every spelling of an Arabic digit or Latin letter is ASCII, with the way back to the original. */
export interface Folded {
  text: string;
  /** Original offset where the folded unit begins. */
  start(index: number): number;
  /** Original offset where the folded unit before `index` ends. */
  end(index: number): number;
}

const FOLDABLE =
  /[\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFF04\uFF0B\uFF0D-\uFF1A\uFF20-\uFF3A\uFF3F\uFF41-\uFF5A\u2070-\u2079\u2080-\u2089\u00B2\u00B3\u00B9\u2460-\u2468\u2474-\u247C\u2488-\u2490\u2776-\u277E\u24EA\u0660-\u0669\u06F0-\u06F9\u0966-\u096F\u09E6-\u09EF\u0E50-\u0E59\u07C0-\u07C9\u0400-\u04FF\u0391-\u03A9\uD800-\uDFFF\uE000]|\u034F|\u17B4|\u17B5|\u20E3|[\u180B-\u180D]|[\uFE00-\uFE0F]/;
const INVISIBLE =
  /[\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]|\u034F|\u17B4|\u17B5|\u20E3|[\u180B-\u180D]|[\uFE00-\uFE0F]/;
const ZEROS_OF_OTHER_SCRIPTS = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xe50];
/** Cyrillic and Greek capitals that print like the Latin letters of plates, IBANs and resident ids; О is also a 0. */
const LOOK_ALIKES = new Map(
  Array.from('АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', (char, i) => [char, 'ABESIJKMHOPCTYXABEZHIKMNOPTYX'.charAt(i)]),
);
/** A token of an earlier masking; its hash may look like digits and must not be masked again. */
export const TOKEN = new RegExp(`\\[(?:${PERSONAL_DATA_TYPES.join('|')}):[0-9a-f]{6}\\]`, 'g');

export function fold(text: string): Folded {
  const tokens = text.includes('[') ? [...text.matchAll(TOKEN)] : [];
  if (tokens.length === 0 && !FOLDABLE.test(text)) return { text, start: (i) => i, end: (i) => i };

  const parts: string[] = [];
  const starts = new Int32Array(text.length + 1);
  const ends = new Int32Array(text.length + 1);
  let count = 0;
  const push = (char: string, from: number, to: number) => {
    parts.push(char);
    starts[count] = from;
    ends[++count] = to;
  };
  const known = new Map<string, string>();
  let token = 0;
  for (let i = 0; i < text.length; ) {
    const next = tokens[token];
    if (next && next.index === i) {
      push(BARRIER_CHAR, i, i + next[0].length);
      i += next[0].length;
      token++;
      continue;
    }
    const unit = text.charCodeAt(i);
    const char = text.charAt(i);
    if (unit < 0x80) {
      push(char, i, i + 1);
      i++;
    } else if (unit >= 0xd800 && unit <= 0xdfff) {
      const point = text.codePointAt(i) ?? unit;
      const width = point > 0xffff ? 2 : 1;
      push(astral(point), i, i + width);
      i += width;
    } else {
      const folded = known.get(char) ?? plain(char, unit);
      known.set(char, folded);
      if (folded !== '') push(folded, i, i + 1);
      i++;
    }
  }
  starts[count] = text.length;
  return { text: parts.join(''), start: (i) => starts[i] ?? text.length, end: (i) => ends[i] ?? text.length };
}

/** One unit, or none if it prints nothing. */
function plain(char: string, unit: number): string {
  if (!FOLDABLE.test(char)) return char;
  if (INVISIBLE.test(char)) return '';
  if (char === BARRIER_CHAR) return GAP_STAND_IN;
  for (const zero of ZEROS_OF_OTHER_SCRIPTS) if (unit >= zero && unit < zero + 10) return String(unit - zero);
  const alike = LOOK_ALIKES.get(char);
  if (alike) return alike;
  const folded = char.normalize('NFKC');
  return folded.length === 1 ? folded : (/\d/.exec(folded)?.[0] ?? GAP_STAND_IN);
}

function astral(point: number): string {
  if (point <= 0xffff) return GAP_STAND_IN;
  const char = String.fromCodePoint(point);
  const folded = char.normalize('NFKC');
  if (/^[0-9A-Za-z]$/.test(folded)) return folded;
  return /\p{L}/u.test(char) ? LETTER_STAND_IN : GAP_STAND_IN;
}
