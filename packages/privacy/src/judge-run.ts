import { type Match, typedMatches } from './classify.js';
import type { ContextTracker, RunContext } from './context-tracker.js';
import { clauseBefore, datedOrder, explain } from './explained.js';
import type { Group, Run } from './runs.js';
import type { ContextKind, PersonalDataType } from './types.js';

export interface Situation {
  /** Folded. */
  text: string;
  /** Nothing but digits and fillers in the whole utterance. */
  pure: boolean;
  /** The leg's last utterance ended inside a number. */
  continues: boolean;
  /** Nothing before this may be masked again. */
  floor: number;
}

export interface Finding {
  from: number;
  to: number;
  type: PersonalDataType;
  value: string;
}

/** Without any context. Growing partials show at most five digits of a number that is not yet known. */
const LONG_RUN = 6;
const IN_CONTEXT = 4;
const PURE = 3;

const BY_CONTEXT: Record<ContextKind, PersonalDataType> = {
  code: 'VERIFICATION_CODE',
  password: 'PASSWORD',
  cvv: 'CVV',
  card: 'DIGITS',
  id: 'DIGITS',
  phone: 'DIGITS',
  passport: 'PASSPORT',
  credit: 'CREDIT_CODE',
  order: 'DIGITS',
};

const SECRETS: ReadonlySet<ContextKind> = new Set(['code', 'password', 'cvv', 'passport', 'credit']);

export function judgeRun(run: Run, situation: Situation, tracker: ContextTracker): Finding[] {
  const first = run[0];
  const last = run.at(-1);
  if (!first || !last) return [];
  const token = tokenAround(first, situation);
  const short = run.length === 1 && first.digits.length < PURE && !situation.continues;
  if (short && token.to - token.from === first.to - first.from) return [];
  const context = tracker.at(token.from, last.to);
  if (context?.adjacent && SECRETS.has(context.kind) && first.script === 'arabic') {
    const value = situation.text.slice(token.from, token.to);
    if (/[A-Za-z]/.test(value) && value.length >= IN_CONTEXT) {
      const rest = run.filter((group) => group.from >= token.to);
      return [{ ...token, type: BY_CONTEXT[context.kind], value }, ...judgeGroups(rest, situation, context)];
    }
  }
  return short ? [] : judgeGroups(run, situation, context);
}

function judgeGroups(run: Run, situation: Situation, context: RunContext | undefined): Finding[] {
  if (run.length === 0) return [];
  if (!run.some((group) => group.glue)) return judge(run, situation, context);

  const digits = run.reduce((sum, group) => sum + group.digits.length, 0);
  const sensitive = context !== undefined && context.kind !== 'order' && (context.kind !== 'phone' || context.adjacent);
  // 四十一零零一九七八…: transcripts write spoken digits as numbers; in a number's context the whole is one.
  if (sensitive && digits >= LONG_RUN) return judge(withoutGlue(run), situation, context);
  return splitAtGlue(run).flatMap((part) => judge(part, situation, context));
}

function judge(run: Run, situation: Situation, context: RunContext | undefined): Finding[] {
  const { text } = situation;
  const digits = run.reduce((sum, group) => sum + group.digits.length, 0);
  if (digits < PURE && !situation.continues) return [];
  const kind = context?.kind;
  const sensitive = context !== undefined && kind !== 'order' && (kind !== 'phone' || context.adjacent);
  const strict = sensitive && context.adjacent && kind !== 'phone';
  if (kind === 'order' && context?.adjacent && run.length === 1 && datedOrder(run[0]?.digits ?? '')) return [];

  const typed = typedMatches(text, run, kind);
  const marks = explain(text, run, strict);
  const inTyped = new Array<Match | undefined>(run.length);
  for (const match of typed) {
    if (!weak(match) || !marks.slice(match.first, match.end).some(Boolean)) inTyped.fill(match, match.first, match.end);
  }
  if (strict && kind && SECRETS.has(kind)) marks.fill(undefined);

  const openDigits = () => run.reduce((sum, group, i) => sum + (inTyped[i] || marks[i] ? 0 : group.digits.length), 0);
  // 六二二二，110…: beside digits that nothing explains, a hotline may be the next piece of them.
  if (openDigits() > 0) for (const [i, mark] of marks.entries()) if (mark === 'hotline') marks[i] = undefined;
  const open = openDigits();
  const yearLike = run.length === 1 && /^(?:19|20)\d\d$/.test(run[0]?.digits ?? '') && !context?.adjacent;
  const limit = yearLike && !situation.pure ? LONG_RUN : limitFor(situation, sensitive, context);
  const maskOpen = open >= limit || (open > 0 && inTyped.some(Boolean));
  // A date in the middle of an unexplained long run may be the birth date inside a resident id.
  const hideDates = maskOpen && open >= LONG_RUN;
  const hidden = (i: number) => !inTyped[i] && ((!marks[i] && maskOpen) || (marks[i] === 'date' && hideDates));
  return collect(run, situation, inTyped, hidden, context);
}

function limitFor({ pure, continues }: Situation, sensitive: boolean, context: RunContext | undefined): number {
  if (continues) return pure ? 1 : 2;
  if (pure || (context?.kind === 'cvv' && context.adjacent)) return PURE;
  return sensitive ? IN_CONTEXT : LONG_RUN;
}

/** A guess from the grouping alone; an explained date or amount in it weighs more. */
function weak(match: Match): boolean {
  return match.type !== 'ID_CARD' && match.type !== 'MOBILE';
}

function collect(
  run: Run,
  { text }: Situation,
  inTyped: (Match | undefined)[],
  hidden: (index: number) => boolean,
  context: RunContext | undefined,
): Finding[] {
  const found: Finding[] = [];
  for (let i = 0; i < run.length; ) {
    const match = inTyped[i];
    if (match) {
      const from = match.from ?? run[match.first]?.from ?? 0;
      found.push({ from, to: match.to ?? run[match.end - 1]?.to ?? from, type: match.type, value: match.value });
      i = match.end;
      continue;
    }
    if (!hidden(i)) {
      i++;
      continue;
    }
    let end = i + 1;
    while (end < run.length && hidden(end) && !inTyped[end] && !(longAround(run, end) && clauseBefore(text, run, end)))
      end++;
    const digits = run
      .slice(i, end)
      .map((group) => group.digits)
      .join('');
    const type = typeOf(digits.length, context);
    found.push({ from: run[i]?.from ?? 0, to: run[end - 1]?.to ?? 0, type, value: digits });
    i = end;
  }
  return found;
}

/** By what the words say, if the length agrees. */
function typeOf(length: number, context: RunContext | undefined): PersonalDataType {
  if (!context?.adjacent) return context?.kind === 'code' ? 'VERIFICATION_CODE' : 'DIGITS';
  if (context.kind === 'id' && length >= 15 && length <= 20) return 'ID_CARD';
  if (context.kind === 'card' && length >= 12 && length <= 20) return 'BANK_CARD';
  return BY_CONTEXT[context.kind];
}

function longAround(run: Run, index: number): boolean {
  return (run[index]?.digits.length ?? 0) >= LONG_RUN && (run[index - 1]?.digits.length ?? 0) >= LONG_RUN;
}

const TOKEN_UNITS = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*_+-');
const TOKEN_REACH = 32;

/** The stretch of letters, digits and signs that a secret such as abc123 is written in. */
function tokenAround(first: Group, { text, floor }: Situation): { from: number; to: number } {
  let { from, to } = first;
  if (first.script !== 'arabic') return { from, to };
  while (from > floor && first.from - from < TOKEN_REACH && TOKEN_UNITS.has(text.charAt(from - 1))) from--;
  while (to < text.length && to - first.to < TOKEN_REACH && TOKEN_UNITS.has(text.charAt(to))) to++;
  while (from < first.from && /[-_]/.test(text.charAt(from))) from++;
  while (to > first.to && /[-_!]/.test(text.charAt(to - 1))) to--;
  return { from, to };
}

function splitAtGlue(run: Run): Run[] {
  const parts: Run[] = [];
  let part: Run = [];
  for (const group of run) {
    if (!group.glue) part.push(group);
    else if (part.length > 0) {
      parts.push(part);
      part = [];
    }
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

/** 三十七 → 37, 四十 → 40, 十一 → 11; higher powers carry no digit of their own. */
function withoutGlue(run: Run): Run {
  const digits: Run = [];
  for (const [i, group] of run.entries()) {
    if (!group.glue) {
      digits.push(group);
      continue;
    }
    const before = run[i - 1];
    const after = run[i + 1];
    const touchesBefore = before !== undefined && !before.glue && before.to === group.from;
    const touchesAfter = after !== undefined && !after.glue && after.from === group.to;
    const value = `${touchesBefore ? '' : '1'}${touchesAfter ? '' : '0'}`;
    if (value !== '') digits.push({ from: group.from, to: group.to, digits: value, script: group.script });
  }
  return digits;
}
