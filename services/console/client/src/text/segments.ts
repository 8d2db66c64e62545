import { severityRank } from '@earshot/model/vocabulary';
import type { TranscriptLine } from '@earshot/wire/live';

export interface Segment {
  text: string;
  /** Rules that marked it, most severe first; empty: plain text. */
  marks: TranscriptLine['hits'];
}

/** Cuts a line at the edges of its hits. Overlapping hits share a piece; offsets outside the text are cut to it. */
export function segments(text: string, hits: TranscriptLine['hits']): Segment[] {
  const edges = new Set([0, text.length]);
  const clip = (offset: number) => Math.max(0, Math.min(text.length, offset));
  for (const hit of hits) {
    for (const span of hit.spans) {
      edges.add(clip(span.start));
      edges.add(clip(span.end));
    }
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const pieces: Segment[] = [];
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const start = sorted[i] ?? 0;
    const end = sorted[i + 1] ?? start;
    const marks = hits
      .filter((hit) => hit.spans.some((span) => span.start <= start && end <= span.end))
      .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
    pieces.push({ text: text.slice(start, end), marks });
  }
  return pieces;
}
