import type { Run } from './runs.js';

/**
 * Groups that need no mask because their shape and surroundings say what they are. Every shape here must stay true
 * for each beginning of a growing partial: a beginning of a card number must never look like one of them.
 */
export type Explanation = 'date' | 'time' | 'amount' | 'hotline' | 'year' | 'order';

/** Public short numbers that rules must be able to see: complaint and emergency lines, banks and carriers. */
const HOTLINE = /^(?:11[0-9]|12[02]|12[0-9]{3}|1009[0-9]|100[0-9]{2}|9[56][0-9]{3}|911|999)$/;
const MONEY =
  '(?:万|亿|千|百)?(?:元|块|美元|美金|欧元|英镑|港币|港元|日元|人民币|rmb|cny|usd|eur|gbp|dollars?|bucks|euros?|pounds?|yuan)';
const AMOUNT_AFTER = new RegExp(
  `^ ?(?:${MONEY}|[%％‰]|万|亿|公里|千米|米|平米|平方|吨|公斤|千克|毫克|毫升|升|人|名|次|积分|个|位|岁|天|小时|分钟|秒|月|日|层|楼|股|份|件|台|条|辆|字|户|家|本|km|kg|miles?|points?|people|words)`,
  'i',
);
const MONEY_AFTER = new RegExp(`^ ?${MONEY}`, 'i');
const YEAR_AFTER = /^ ?(?:年|届|级|款)/;
const PRICE_BEFORE =
  /(?:价格|金额|人均|余额|总价|费用|售价|票价|房价|消费|价钱|预算|[¥￥$€£])(?:是|为|在|约|大概|大约|一共|有|最好|控制|[:： ]){0,4}$/;
const YEAR_BEFORE = /(?:\b(?:in|since|from|of|until|year)|[在从到于至])\s?$/i;
/** Ends a clause: what stands beyond it is another number rather than the same one. */
const CLAUSE = /[,，、;；。.!！?？\n]/;

/** Stands between joined utterances. Recognisers end each of them with a full stop, which then says nothing. */
export const UTTERANCE_BORDER = '\u2029';

export function explain(text: string, run: Run, strict: boolean): (Explanation | undefined)[] {
  const marks: (Explanation | undefined)[] = new Array(run.length);
  dates(text, run, marks);
  times(text, run, marks);
  amounts(text, run, marks, strict);
  if (!strict) lonelyGroups(text, run, marks);
  return marks;
}

export function gapBefore(text: string, run: Run, index: number): string {
  const group = run[index];
  const last = run[index - 1];
  return group && last ? text.slice(last.to, group.from) : '';
}

export function clauseBefore(text: string, run: Run, index: number): boolean {
  const gap = gapBefore(text, run, index);
  return !gap.includes(UTTERANCE_BORDER) && CLAUSE.test(gap);
}

/** 2024-09-15, 2024/9, 11/22/2000: one kind of separator throughout, and none like it on either side. */
function dates(text: string, run: Run, marks: (Explanation | undefined)[]): void {
  for (let i = 0; i + 1 < run.length; i++) {
    const separator = gapBefore(text, run, i + 1);
    if (!/^[-/.]$/.test(separator) || /^[-/.]$/.test(gapBefore(text, run, i))) continue;
    let to = i + 2;
    while (to < run.length && gapBefore(text, run, to) === separator) to++;
    const parts = run.slice(i, to).map((group) => group.digits);
    if (isDate(parts, separator)) marks.fill('date', i, to);
  }
}

function isDate([a = '', b = '', c = '', ...more]: string[], separator: string): boolean {
  if (more.length > 0) return false;
  const month = (part: string) => /^(?:0?[1-9]|1[0-2])$/.test(part);
  const day = (part: string) => /^(?:0?[1-9]|[12]\d|3[01])$/.test(part);
  const year = (part: string) => /^(?:19|20)\d\d$/.test(part);
  if (year(a)) return month(b) && (c === '' || day(c));
  return separator === '/' && year(c) && ((month(a) && day(b)) || (day(a) && month(b)));
}

/** 9:00, 12:20:39 */
function times(text: string, run: Run, marks: (Explanation | undefined)[]): void {
  const colon = (index: number) => /^[:：]$/.test(gapBefore(text, run, index));
  for (let i = 0; i + 1 < run.length; i++) {
    if (marks[i] || colon(i) || !colon(i + 1)) continue;
    let to = i + 2;
    while (to < run.length && colon(to)) to++;
    const parts = run.slice(i, to).map((group) => group.digits);
    const sixty = parts.slice(1).every((part) => /^[0-5]\d$/.test(part));
    if (parts.length <= 3 && sixty && /^(?:[01]?\d|2[0-4])$/.test(parts[0] ?? '')) marks.fill('time', i, to);
  }
}

/** A unit can only follow the last group: it is a word, and words end the run. */
function amounts(text: string, run: Run, marks: (Explanation | undefined)[], strict: boolean): void {
  const last = run.at(-1);
  if (!last || last.glue || marks[run.length - 1]) return;
  let from = run.length - 1;
  while (
    from > 0 &&
    /^[,.]$/.test(gapBefore(text, run, from)) &&
    (run[from]?.digits.length === 3 || gapBefore(text, run, from) === '.')
  )
    from--;
  const joined = text.slice(run[from]?.from ?? 0, last.to);
  const plain = /^(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?:\.\d{1,4})?$/.test(joined);
  if (!plain) from = run.length - 1;
  const after = text.slice(last.to, last.to + 8);
  const fits = (group: number) => (run[group]?.digits.length ?? 0) <= 9;
  if (YEAR_AFTER.test(after) && last.digits.length === 4) marks[run.length - 1] = 'year';
  else if ((strict ? MONEY_AFTER : AMOUNT_AFTER).test(after) && fits(run.length - 1)) {
    from = rangeStart(text, run, from);
    marks.fill('amount', from);
  } else if (!strict && run.every((group) => group.digits.length <= 7)) {
    const start = rangeStart(text, run, from);
    const priced = PRICE_BEFORE.test(text.slice(Math.max(0, (run[start]?.from ?? 0) - 14), run[start]?.from));
    const short = run.slice(start).reduce((sum, group) => sum + group.digits.length, 0) <= 10;
    if (priced && short) marks.fill('amount', start);
  }
}

/** 100-150元: the lower end needs no unit of its own. */
function rangeStart(text: string, run: Run, upper: number): number {
  const lower = run[upper - 1];
  const high = run[upper];
  if (!lower || !high || !/^ ?[-~～—–]{1,2} ?$/.test(gapBefore(text, run, upper))) return upper;
  if (upper > 1 && /^ ?[-~～—–]{1,2} ?$/.test(gapBefore(text, run, upper - 1))) return upper;
  return lower.digits.length <= 6 && Number(lower.digits) < Number(high.digits) && !lower.digits.startsWith('0')
    ? upper - 1
    : upper;
}

/** Hotlines and years stand alone: at an end of the run, or with a clause border on both sides. */
function lonelyGroups(text: string, run: Run, marks: (Explanation | undefined)[]): void {
  // "2021, 2022": no card, id or phone goes on from two groups of this century's years.
  if (run.length > 1 && run.length <= 4 && run.every((group) => /^20[0-3]\d$/.test(group.digits))) marks.fill('year');
  for (const [i, group] of run.entries()) {
    if (marks[i]) continue;
    const alone = (i === 0 || clauseBefore(text, run, i)) && (i === run.length - 1 || clauseBefore(text, run, i + 1));
    if (!alone) continue;
    if (HOTLINE.test(group.digits)) marks[i] = 'hotline';
    else if (
      /^(?:19|20)\d\d$/.test(group.digits) &&
      YEAR_BEFORE.test(text.slice(Math.max(0, group.from - 6), group.from))
    )
      marks[i] = 'year';
  }
}

/**
 * An order number that opens with its date. No mobile, resident id or payment card begins with 20 and a year of
 * this century's first third, so this is safe at every length of a partial.
 */
export function datedOrder(digits: string): boolean {
  return /^20[0-3]\d(?:0[1-9]|1[0-2])/.test(digits) && digits.length <= 32;
}
