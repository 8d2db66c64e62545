import { type Detected, detect } from './detect.js';
import { UTTERANCE_BORDER } from './explained.js';
import type { Detection } from './types.js';

/**
 * Detects over utterance borders: the utterances are read once each by themselves, as live input is, and once
 * joined. What the joined reading recognises wins, cut at the borders; what only the single reading masks stays.
 */
export function detectSequence(texts: readonly string[]): Detected[] {
  const singles: Detected[] = [];
  for (const text of texts) singles.push(detect(text, singles.at(-1)?.state()));
  const joined = detect(texts.join(UTTERANCE_BORDER)).detections;
  let offset = 0;
  let next = 0;
  return texts.map((text, i) => {
    const end = offset + text.length;
    const mine: Detection[] = [];
    while (next < joined.length && (joined[next]?.end ?? 0) <= offset) next++;
    for (let k = next; k < joined.length && (joined[k]?.start ?? 0) < end; k++) {
      const found = joined[k];
      if (!found) break;
      const piece = trimmed(text, found.start - offset, found.end - offset);
      if (piece) mine.push({ ...found, ...piece });
    }
    offset = end + 1;
    const single = singles[i] ?? { detections: [], state: () => ({ openDigits: false }) };
    return { detections: union(mine, single.detections), state: single.state };
  });
}

const EDGE_BEFORE = /^(?:[^\p{L}\p{N}]|[嗯呃额啊哦噢唔诶呀呢嘛吧哈对是好])+/u;
const EDGE_AFTER = /^(?:[^\p{L}\p{N}]|[嗯呃额啊哦噢唔诶呀呢嘛吧哈对是好])$/u;

/** A piece of a number that was cut at an utterance border, without the full stops and fillers there. */
function trimmed(text: string, start: number, end: number): { start: number; end: number } | undefined {
  let from = Math.max(start, 0);
  let to = Math.min(end, text.length);
  if (start < 0) from = EDGE_BEFORE.exec(text.slice(0, to))?.[0].length ?? 0;
  if (end > text.length) while (to > from && EDGE_AFTER.test(text.charAt(to - 1))) to--;
  return to > from ? { start: from, end: to } : undefined;
}

/** `strong` as it is, and of `weak` every stretch that it does not cover. Both ascending, neither overlapping itself. */
function union(strong: Detection[], weak: Detection[]): Detection[] {
  const out = [...strong];
  let k = 0;
  for (const found of weak) {
    let at = found.start;
    while (k < strong.length && (strong[k]?.end ?? 0) <= at) k++;
    for (let j = k; at < found.end; j++) {
      const other = strong[j];
      const until = Math.min(other?.start ?? found.end, found.end);
      if (until > at) out.push({ ...found, start: at, end: until });
      if (!other) break;
      at = Math.max(at, other.end);
    }
  }
  return out.sort((a, b) => a.start - b.start);
}
