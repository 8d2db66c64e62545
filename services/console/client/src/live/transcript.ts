import type { TranscriptLine } from '@earshot/wire/live';

/** Speaking order, as the record of a conversation has it. */
function before(a: TranscriptLine, b: TranscriptLine): number {
  return a.startMs - b.startMs || (a.leg < b.leg ? -1 : a.leg > b.leg ? 1 : a.segment - b.segment);
}

/**
 * Lines by (leg, segment): a lower revision never replaces a higher one; the same revision does, because its marks
 * may have changed.
 */
export function mergeLines(
  held: readonly TranscriptLine[],
  incoming: readonly TranscriptLine[],
): readonly TranscriptLine[] {
  if (incoming.length === 0) return held;
  const lines = [...held];
  for (const line of incoming) {
    const at = lines.findLastIndex((other) => other.leg === line.leg && other.segment === line.segment);
    const old = lines[at];
    if (old && old.revision > line.revision) continue;
    if (at >= 0) lines.splice(at, 1);
    const place = lines.findLastIndex((other) => before(other, line) < 0);
    lines.splice(place + 1, 0, line);
  }
  return lines;
}
