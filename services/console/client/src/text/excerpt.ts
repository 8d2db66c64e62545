import type { Span } from '@earshot/model';
import { masksIn } from './masks.js';

/** UTF-16 units before the first hit that fit on one line with it; Chinese is twice as wide. */
const BEFORE = { wide: 14, narrow: 32 };

/** The part of a text that begins shortly before its first hit, for places that show one line. */
export function excerpt(text: string, spans: readonly Span[]): { text: string; spans: Span[] } {
  const first = Math.min(...spans.map((span) => span.start));
  const before = /[\u2E80-\uFFEF]/.test(text) ? BEFORE.wide : BEFORE.narrow;
  if (!Number.isFinite(first) || first <= before) return { text, spans: [...spans] };
  let start = first - before;
  const inside = masksIn(text).find((mask) => mask.start < start && start < mask.end);
  // Better from the start of a clause than from the middle of a word or number.
  const clause = text.slice(start, first).search(/[，。！？、；,.!?;\s]/);
  if (inside) start = inside.start;
  else if (clause >= 0) start += clause + 1;
  else if (/[\uDC00-\uDFFF]/.test(text.charAt(start))) start -= 1;
  if (start <= 1) return { text, spans: [...spans] };
  const shift = start - 1;
  return {
    text: `…${text.slice(start)}`,
    spans: spans.map((span) => ({ start: span.start - shift, end: span.end - shift })),
  };
}
