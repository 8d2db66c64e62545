/** Classes of UTF-16 units. 0..9 is an Arabic digit, 10..19 a Chinese one. */
export const HAN_DIGIT = 10;
export const AFTER_DIGITS = 20;
/** Punctuation, spaces, symbols: stand between the digits of one number. */
export const GAP = 20;
export const LATIN = 21;
export const OTHER = 22;
/** A token of an earlier masking, or a value already recognised. */
export const BARRIER = 23;
/** 十百千万亿 */
export const GLUE = 24;
export const CURRENCY = 25;
/** 洞拐勾○: digits only beside other spoken digits. */
export const SOFT = 26;

export const BARRIER_CHAR = '\uE000';
export const GAP_STAND_IN = '\u25A1';
export const LETTER_STAND_IN = '某';

const HAN_DIGITS: Record<string, number> = {};
for (const [value, spellings] of [
  '零〇',
  '一幺壹弌',
  '二两贰兩弍貳',
  '三叁參',
  '四肆',
  '五伍',
  '六陆陸',
  '七柒',
  '八捌',
  '九玖',
].entries())
  for (const spelling of spellings) HAN_DIGITS[spelling] = value;
export const SOFT_DIGITS: Readonly<Record<string, number>> = { 洞: 0, '○': 0, '◯': 0, 拐: 7, 勾: 9 };

let table: Uint8Array | undefined;

/** Class by UTF-16 unit; made at the first use, because 65,536 look-ups into Unicode are not for import time. */
export function classes(): Uint8Array {
  table ??= makeTable();
  return table;
}

function makeTable(): Uint8Array {
  const made = new Uint8Array(65536).fill(OTHER);
  for (let unit = 0; unit < 65536; unit++) {
    const char = String.fromCharCode(unit);
    if (unit >= 48 && unit <= 57) made[unit] = unit - 48;
    else if (/[A-Za-z]/.test(char)) made[unit] = LATIN;
    else if (/[\p{Sc}%％‰]/u.test(char)) made[unit] = CURRENCY;
    else if (char === '*') made[unit] = OTHER;
    else if (!/[\p{L}\p{N}]/u.test(char)) made[unit] = GAP;
  }
  for (const [char, value] of Object.entries(HAN_DIGITS)) made[char.charCodeAt(0)] = HAN_DIGIT + value;
  for (const char of '十百千万亿拾佰仟萬億') made[char.charCodeAt(0)] = GLUE;
  for (const char of Object.keys(SOFT_DIGITS)) made[char.charCodeAt(0)] = SOFT;
  made[BARRIER_CHAR.charCodeAt(0)] = BARRIER;
  return made;
}

const HAN_DIGIT_PATTERN = /[零〇一幺壹弌二两贰兩弍貳三叁參四肆五伍六陆陸七柒八捌九玖]/g;

/** Chinese digits written as Arabic ones, one unit for one unit, so offsets stay. */
export function arabic(text: string): string {
  return text.replace(HAN_DIGIT_PATTERN, (char) => String(HAN_DIGITS[char]));
}
