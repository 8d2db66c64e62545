import { severityRank } from '@earshot/model/vocabulary';
import type { TranscriptLine } from '@earshot/wire/live';
import { type Mask, masksIn } from './masks.js';

type Hit = Pick<TranscriptLine['hits'][number], 'severity' | 'spans'>;

export interface Segment<H extends Hit> {
  text: string;
  /** Rules that marked it, most severe first; empty: plain text. */
  marks: H[];
  /** It stands for masked personal data and is shown as a word. */
  mask?: Mask;
}

/**
 * Cuts a line at the edges of its hits and of its masked values. Overlapping hits share a piece; a hit that touches
 * a masked value marks the whole of it; offsets outside the text are cut to it.
 */
export function segments<H extends Hit>(text: string, hits: readonly H[]): Segment<H>[] {
  const masks = masksIn(text);
  const edges = new Set([0, text.length]);
  const clip = (offset: number) => Math.max(0, Math.min(text.length, offset));
  const add = (offset: number) => {
    if (!masks.some((mask) => mask.start < offset && offset < mask.end)) edges.add(offset);
  };
  for (const { spans } of hits) {
    for (const span of spans) {
      add(clip(span.start));
      add(clip(span.end));
    }
  }
  for (const mask of masks) edges.add(mask.start).add(mask.end);
  const sorted = [...edges].sort((a, b) => a - b);
  const pieces: Segment<H>[] = [];
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const start = sorted[i] ?? 0;
    const end = sorted[i + 1] ?? start;
    const marks = hits
      .filter((hit) => hit.spans.some((span) => Math.max(span.start, start) < Math.min(span.end, end)))
      .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
    const mask = masks.find((one) => one.start === start);
    pieces.push({ text: text.slice(start, end), marks, ...(mask ? { mask } : {}) });
  }
  return pieces;
}
