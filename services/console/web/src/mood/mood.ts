import type { Alert, Severity } from '@earshot/model';
import type { TranscriptLine } from '@earshot/wire/live';

/** What was felt in one utterance. */
export interface MoodPoint {
  /** `leg:segment` */
  line: string;
  role: TranscriptLine['role'];
  side: 'customer' | 'staff';
  atMs: number;
  negative: number;
  anger: number;
}

export interface MoodMark {
  /** Of the utterance that completed it. */
  line: string;
  atMs: number;
  severity: Severity;
  title: string;
}

const STAFF = new Set<TranscriptLine['role']>(['agent', 'supervisor']);

/** Utterances whose scores are known, in the order of speaking: customers, and staff where theirs are scored at all. */
export function moodPoints(lines: readonly TranscriptLine[]): MoodPoint[] {
  return lines.flatMap(({ leg, segment, role, startMs, withdrawn, scores }): MoodPoint[] => {
    const side = role === 'customer' ? 'customer' : STAFF.has(role) ? 'staff' : undefined;
    if (!scores || withdrawn || !side) return [];
    return [{ line: `${leg}:${segment}`, role, side, atMs: startMs, ...scores }];
  });
}

/** Where alerts lie that were not taken back, each at the last of its words. */
export function moodMarks(alerts: readonly Alert[]): MoodMark[] {
  return alerts.flatMap(({ state, finding }): MoodMark[] => {
    const last = finding.evidence.at(-1);
    if (state === 'retracted' || !last) return [];
    const { severity, prompt } = finding;
    return [{ line: `${last.leg}:${last.segment}`, atMs: last.startMs, severity, title: prompt.title }];
  });
}

/** From the first to the last that is shown; a single moment is given a second. */
export function moodSpan(
  lines: readonly TranscriptLine[],
  marks: readonly MoodMark[],
): { fromMs: number; toMs: number } {
  const times = [...lines.map((line) => line.startMs), ...marks.map((mark) => mark.atMs)];
  const fromMs = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const toMs = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return times.length === 0 ? { fromMs: 0, toMs: 1_000 } : { fromMs, toMs: Math.max(toMs, fromMs + 1_000) };
}

/** Place in the list of the point next to this time; undefined: there is none. */
export function nearest(points: readonly MoodPoint[], atMs: number): number | undefined {
  let best: number | undefined;
  points.forEach((point, at) => {
    const known = best === undefined ? undefined : points[best];
    if (!known || Math.abs(point.atMs - atMs) < Math.abs(known.atMs - atMs)) best = at;
  });
  return best;
}
