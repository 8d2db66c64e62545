import { arabic, classes, HAN_DIGIT } from './characters.js';
import { creditCode, iban } from './checks.js';
import type { PersonalDataType } from './types.js';

/** A value made of more than digits, in folded offsets. */
export interface Pattern {
  from: number;
  to: number;
  type: PersonalDataType;
  value: string;
}

// Every repetition below is bounded and every match begins at a character that few texts are full of, or is tried
// once per token, so the time stays linear.
const PLATE =
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使] ?[A-Z][·•.\-— ]{0,2}((?:[A-HJ-NP-Z0-9][ -]?){4,5}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9])/gi;
const ALNUM = '[0-9A-Za-z]';
const CODE_18 = new RegExp(`(?<!${ALNUM})(?:[0-9A-HJ-NPQRTUWXY][ -]?){17}[0-9A-HJ-NPQRTUWXY](?!${ALNUM})`, 'gi');
const IBAN = new RegExp(`(?<!${ALNUM})[A-Z]{2}\\d{2}(?:[ -]?[A-Z0-9]){11,30}`, 'gi');
const PASSPORT = new RegExp(
  `(?<!${ALNUM})(?:[EG]\\d{8}|E[A-HJ-NP-Z]\\d{7}|[DSP]E?\\d{7,8}|[HMC]\\d{8,10})(?!${ALNUM})`,
  'gi',
);
const IP = /(?<![\d.])(?:\d{1,3}[.点]){3}\d{1,3}(?![\d.]\d|\d)/g;

export function findPatterns(text: string): Pattern[] {
  const digits = arabic(text);
  const found: Pattern[] = [...emails(digits, text)];
  const add = (pattern: RegExp, type: PersonalDataType, normalise: (match: string) => string | undefined) => {
    for (const match of digits.matchAll(pattern)) {
      const value = normalise(match[0]);
      if (value !== undefined) found.push({ from: match.index, to: match.index + match[0].length, type, value });
    }
  };
  add(PLATE, 'PLATE', (match) => {
    const value = compact(match);
    return (value.slice(2).match(/\d/g)?.length ?? 0) >= 2 ? value : undefined;
  });
  add(CODE_18, 'CREDIT_CODE', (match) =>
    creditCode(compact(match)) && /[A-Z]/i.test(match) ? compact(match) : undefined,
  );
  add(PASSPORT, 'PASSPORT', compact);
  add(IP, 'IP', (match) => {
    const parts = match.split(/[.点]/);
    return parts.every((part) => Number(part) <= 255) ? parts.join('.') : undefined;
  });
  for (const match of digits.matchAll(IBAN)) {
    const length = ibanLength(match[0], digits.charAt(match.index + match[0].length));
    if (length > 0) {
      found.push({
        from: match.index,
        to: match.index + length,
        type: 'IBAN',
        value: compact(match[0].slice(0, length)),
      });
    }
  }
  return withoutOverlaps(found);
}

/** The longest beginning that ends with a token and passes the check. */
function ibanLength(match: string, next: string): number {
  for (let length = match.length; length >= 15; length--) {
    const after = length === match.length ? next : match.charAt(length);
    if (/[A-Za-z0-9]/.test(after)) continue;
    if (iban(compact(match.slice(0, length)))) return length;
  }
  return 0;
}

function compact(match: string): string {
  return match.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
}

const LOCAL = /[A-Za-z0-9._%+\-\u00C0-\u024F]/;
const DOMAIN = /[A-Za-z0-9.\-\u00C0-\u024F]/;
const SPOKEN_AT = /@|艾特|圈[aA]|小老鼠|\s(?:at|\(at\)|\[at\])\s/gi;
// No two alternatives begin alike, so there is one way to read each text and nothing to try again.
const SPOKEN_LEFT = /(?:[A-Za-z0-9._%+-]|点|下划线|下滑线|减号|杠|横杠| (?:dot|underscore|dash|hyphen) ){1,64}\s?$/i;
const SPOKEN_RIGHT = /^\s?[A-Za-z0-9-]{1,63}(?:(?:\s?[点.]\s?|\sdot\s)[A-Za-z0-9-]{1,63}){1,4}/i;

function* emails(digits: string, text: string): Generator<Pattern> {
  let after = 0;
  for (const at of digits.matchAll(SPOKEN_AT)) {
    if (at.index < after) continue;
    const to = at.index + at[0].length;
    const pattern = at[0] === '@' ? written(text, at.index, after) : undefined;
    const found = pattern ?? spoken(digits, at.index, to, after, at[0] === '@');
    if (!found) continue;
    after = found.to;
    yield found;
  }
}

function written(text: string, at: number, floor: number): Pattern | undefined {
  let from = at;
  while (from > floor && at - from < 64 && LOCAL.test(text.charAt(from - 1))) from--;
  let to = at + 1;
  while (to < text.length && to - at < 255 && DOMAIN.test(text.charAt(to))) to++;
  while (to > at + 1 && /[.-]/.test(text.charAt(to - 1))) to--;
  if (from === at || to === at + 1) return undefined;
  const table = classes();
  // Spoken digits may stand directly before: 一二三abc@qq.com
  while (from > floor && at - from < 64 && inHan(table[text.charCodeAt(from - 1)])) from--;
  return { from, to, type: 'EMAIL', value: text.slice(from, to).toLowerCase() };
}

function inHan(kind: number | undefined): boolean {
  return kind !== undefined && kind >= HAN_DIGIT && kind < HAN_DIGIT + 10;
}

function spoken(digits: string, at: number, to: number, floor: number, isSign: boolean): Pattern | undefined {
  const left = SPOKEN_LEFT.exec(digits.slice(Math.max(floor, at - 80), at));
  const right = SPOKEN_RIGHT.exec(digits.slice(to, to + 160));
  if (!left || !right) return undefined;
  // "look at that dot" is not an address: between English words the dot must lead to a known ending.
  const endsWell = /(?:com|net|org|cn|edu|gov|io|co|uk|de|fr|jp|hk|tw|info|me)$/i.test(right[0]);
  if (!isSign && /at/i.test(digits.slice(at, to)) && !endsWell) return undefined;
  const value = `${left[0]}@${right[0]}`
    .toLowerCase()
    .replace(/\s?(?:点|dot)\s?/g, '.')
    .replace(/下划线|下滑线| underscore /g, '_')
    .replace(/横杠|杠|减号| dash | hyphen /g, '-')
    .replace(/\s/g, '');
  return { from: at - left[0].length, to: to + right[0].length, type: 'EMAIL', value };
}

function withoutOverlaps(found: Pattern[]): Pattern[] {
  found.sort((a, b) => a.from - b.from || b.to - a.to);
  const kept: Pattern[] = [];
  for (const pattern of found) if (pattern.from >= (kept.at(-1)?.to ?? 0)) kept.push(pattern);
  return kept;
}
