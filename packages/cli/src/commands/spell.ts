import type { Lang } from '../words/lang.js';
import { isWord, sentence } from '../words/words.js';

const [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [1_000, 60_000, 3_600_000, 86_400_000] as const;

/** `0 s`, `3.2 s`, `5 min 10 s`, `3 h 2 min`, `7 d 4 h`; units that both languages read. */
export function spellMs(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.round(ms / 100) / 10} s`;
  const [large, small, names] =
    ms < HOUR_MS
      ? [MINUTE_MS, SECOND_MS, ['min', 's']]
      : ms < DAY_MS
        ? [HOUR_MS, MINUTE_MS, ['h', 'min']]
        : [DAY_MS, HOUR_MS, ['d', 'h']];
  const whole = Math.floor(ms / large);
  const rest = Math.floor((ms - whole * large) / small);
  return `${whole} ${names[0]}${rest > 0 ? ` ${rest} ${names[1]}` : ''}`;
}

const UNITS_MS: Record<string, number> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** `2h` before now, or a date and time (ISO 8601); epoch ms. Undefined: neither. */
export function readSince(text: string, nowMs: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (count !== undefined && unitMs !== undefined) return Math.max(0, nowMs - Number(count) * unitMs);
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** `earshot.dead-letters.v1` → `dead-letters`, as commands take it too. */
export function shortTopic(topic: string): string {
  return /^earshot\.(.+)\.v\d+$/.exec(topic)?.[1] ?? topic;
}

/** Rows with their headings in the reader's language. */
export function headed(lang: Lang, rows: readonly object[]): Record<string, unknown>[] {
  const heading = (name: string) => {
    const word: string = `col-${name}`;
    return isWord(word) ? sentence(lang, word) : name;
  };
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [heading(name), value])));
}
