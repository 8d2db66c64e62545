import type { TranscriptLine } from '@earshot/wire/live';

/** Speaking order, as the record of a conversation has it. */
function before(a: TranscriptLine, b: TranscriptLine): number {
  return a.startMs - b.startMs || (a.leg < b.leg ? -1 : a.leg > b.leg ? 1 : a.segment - b.segment);
}

/** Up to so many are put in one by one; a whole talk is sorted at once. */
const FEW = 16;

/**
 * Lines by (leg, segment): a lower revision never replaces a higher one; the same revision does, because its marks
 * may have changed.
 */
export function mergeLines(
  held: readonly TranscriptLine[],
  incoming: readonly TranscriptLine[],
): readonly TranscriptLine[] {
  if (incoming.length === 0) return held;
  if (incoming.length > FEW) return mergeMany(held, incoming);
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

function mergeMany(held: readonly TranscriptLine[], incoming: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const byId = new Map(held.map((line) => [`${line.segment}:${line.leg}`, line]));
  for (const line of incoming) {
    const id = `${line.segment}:${line.leg}`;
    const old = byId.get(id);
    if (!old || old.revision <= line.revision) byId.set(id, line);
  }
  return [...byId.values()].sort(before);
}
