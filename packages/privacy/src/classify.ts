import { cardPrefix, luhn, residentId15, residentId18, ssnArea } from './checks.js';
import { clauseBefore, gapBefore } from './explained.js';
import type { Run } from './runs.js';
import type { ContextKind, PersonalDataType } from './types.js';

export interface Match {
  /** First and last + 1 group. */
  first: number;
  end: number;
  type: PersonalDataType;
  value: string;
  /** In folded offsets, when the value reaches beyond its groups: the X of a resident id, a plus sign. */
  from?: number;
  to?: number;
}

const LONGEST = 21;
/** Nobody dictates that much in one breath; all of it is masked as DIGITS, and the time stays linear with a small factor. */
const MOST_GROUPS = 400;

/** Where recognised values stand in a run, left to right; each candidate begins and ends with a group. */
export function typedMatches(text: string, run: Run, kind: ContextKind | undefined): Match[] {
  const found: Match[] = [];
  if (run.length > MOST_GROUPS) return found;
  for (let first = 0; first < run.length; ) {
    const match = bestFrom(text, run, first, kind);
    if (match) found.push(match);
    first = match ? match.end : first + 1;
  }
  return found;
}

function bestFrom(text: string, run: Run, first: number, kind: ContextKind | undefined): Match | undefined {
  let best: (Match & { strength: number }) | undefined;
  let digits = '';
  let longGroup = false;
  for (let end = first + 1; end <= run.length; end++) {
    const group = run[end - 1];
    if (!group || group.digits.length + digits.length > LONGEST) break;
    longGroup ||= group.digits.length >= 6;
    // A clause border beside a group of six or more parts two numbers; digit by digit dictation pauses anywhere.
    if (end - 1 > first && longGroup && clauseBefore(text, run, end - 1)) break;
    digits += group.digits;
    if (group.glue) continue;
    const match = classify(text, run, first, end, digits, kind);
    if (match && match.strength >= (best?.strength ?? 1)) best = match;
  }
  return best;
}

function classify(
  text: string,
  run: Run,
  first: number,
  end: number,
  digits: string,
  kind: ContextKind | undefined,
): (Match & { strength: number }) | undefined {
  const match = (
    type: PersonalDataType,
    strength: number,
    value = digits,
    more: { from?: number; to?: number } = {},
  ) => ({
    first,
    end,
    type,
    value,
    strength,
    ...more,
  });
  const from = run[first]?.from ?? 0;
  const to = run[end - 1]?.to ?? 0;
  const lengths = run
    .slice(first, end)
    .map((group) => group.digits.length)
    .join('-');
  const afterLetter = /[A-Za-z]/.test(text.charAt(from - 1));

  if (digits.length === 18 && residentId18(digits)) return match('ID_CARD', 100);
  if (digits.length === 17) {
    const x = /^[\s\-—,，]{0,3}(?:[xX](?![A-Za-z0-9])|叉|艾克斯|埃克斯)/.exec(text.slice(to, to + 8));
    if (x && (residentId18(`${digits}X`) || kind === 'id'))
      return match('ID_CARD', 100, `${digits}X`, { to: to + x[0].length });
  }
  const mobile = /^(?:0?0?86)?(1[3-9]\d{9})$/.exec(digits);
  if (mobile?.[1] && digits.length !== 12) {
    const usual = /^(?:11|13|15|3-4-4|2-11|2-3-4-4|3-8|4-4-3|4-11|(?:1-)*1)$/.test(lengths);
    return match('MOBILE', usual ? 95 : 70, mobile[1], plusBefore(text, from));
  }
  const whole = first === 0 && end === run.length;
  if (kind === 'id' && (digits.length === 18 || (digits.length === 15 && whole))) return match('ID_CARD', 90);
  const card = digits.length >= 13 && digits.length <= 19 && !afterLetter;
  if (card && kind !== 'id' && luhn(digits) && cardPrefix(digits)) return match('BANK_CARD', 85);
  if (digits.length === 15 && residentId15(digits)) return match('ID_CARD', 80);
  if (card && kind === 'card') return match('BANK_CARD', 75);
  if (digits.length >= 16 && /^4-4-4-4(?:-[1-3])?$/.test(lengths)) return match('BANK_CARD', 74);
  if (card && /^62/.test(digits) && digits.length >= 16) return match('BANK_CARD', 60);
  if (kind === 'card' && (digits.length === 12 || digits.length === 11)) return match('BANK_CARD', 40);
  if (text.charAt(from - 1) === '+' && digits.length >= 7 && digits.length <= 15)
    return match('PHONE', 65, digits, plusBefore(text, from));
  const englishId = kind === 'id' && /[A-Za-z]/.test(text.slice(Math.max(0, from - 8), from));
  if (ssnArea(digits) && (lengths === '3-2-4' || englishId)) return match('US_SSN', englishId ? 73 : 72);
  if (landline(digits)) return match('LANDLINE', /^(?:1[0-2]|[34]-[78]|[34]-4-4|[34]-3-4)$/.test(lengths) ? 71 : 45);
  if (/^(?:1-)?3-3-4$/.test(lengths) && /^1?[2-9]/.test(digits)) return match('PHONE', 71);
  if (/^[48]00\d{7}$/.test(digits)) return match('PHONE', 46);
  if (kind === 'phone' && digits.length >= 7 && digits.length <= 8) return match('LANDLINE', 30);
  if (kind === 'phone' && digits.length >= 9 && digits.length <= 13) return match('PHONE', 31);
  if (phoneShape(text, run, first, end, lengths)) return match('PHONE', 20);
  return undefined;
}

/** 010, 02x or four digits of an area, then seven or eight that do not begin with 0 or 1. */
function landline(digits: string): boolean {
  return /^(?:0086|86)?0(?:10|2\d)[2-9]\d{7}$/.test(digits) || /^(?:0086|86)?0[3-9]\d\d[2-9]\d{6,7}$/.test(digits);
}

/** Groups as phones are written abroad: a leading 0 or an area in brackets. */
function phoneShape(text: string, run: Run, first: number, end: number, lengths: string): boolean {
  const total = run.slice(first, end).reduce((sum, group) => sum + group.digits.length, 0);
  if (total < 8 || total > 12 || end - first < 2) return false;
  for (let i = first + 1; i < end; i++) if (!/^[ .)-]{1,2}$/.test(gapBefore(text, run, i))) return false;
  const from = run[first]?.from ?? 0;
  return (run[first]?.digits.startsWith('0') || text.charAt(from - 1) === '(') === true && /^\d(?:-\d)+$/.test(lengths);
}

function plusBefore(text: string, from: number): { from?: number } {
  return text.charAt(from - 1) === '+' ? { from: from - 1 } : {};
}
