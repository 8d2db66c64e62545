import type { ConversationRecord, Utterance, UtteranceWithdrawn } from '@earshot/model';
import { utteranceAnchor } from '@earshot/model';
import type { TranscriptLine } from '@earshot/wire/live';

export type Line = Omit<TranscriptLine, 'hits'>;

/** The last lines of one conversation, each at its deciding revision, by `utteranceAnchor`. */
export interface Transcript {
  lines: Map<string, Line>;
  /** Anchors ever heard and not withdrawn, by leg: lines that were dropped still count. */
  heard: Map<string, Set<number>>;
  count: number;
}

/** `rewound`: a line went back to a lower revision, which a page takes only with the whole transcript. */
export type LineChange = { kind: 'none' } | { kind: 'line'; anchor: string } | { kind: 'rewound' };

const NONE: LineChange = { kind: 'none' };

export function emptyTranscript(): Transcript {
  return { lines: new Map(), heard: new Map(), count: 0 };
}

/** The highest final decides; without one, the highest revision does; a withdrawal beats everything. */
export function hear(transcript: Transcript, said: Utterance, keep: number): LineChange {
  const anchor = utteranceAnchor(said.leg, said.segment);
  const known = transcript.lines.get(anchor);
  if (!known && heardOf(transcript, said.leg).has(said.segment)) return NONE;
  if (known && !decides(said, known)) return NONE;
  const { participantId, role, leg, segment, revision, final, text, startMs, endMs } = said;
  transcript.lines.set(anchor, {
    leg,
    segment,
    revision,
    final,
    withdrawn: false,
    participantId,
    role,
    text,
    startMs,
    endMs,
  });
  if (known) return revision < known.revision ? { kind: 'rewound' } : { kind: 'line', anchor };
  heardOf(transcript, leg).add(segment);
  transcript.count += 1;
  if (transcript.lines.size > keep) dropOldest(transcript.lines);
  return { kind: 'line', anchor };
}

export function withdraw(transcript: Transcript, gone: UtteranceWithdrawn): LineChange {
  const anchor = utteranceAnchor(gone.leg, gone.segment);
  const known = transcript.lines.get(anchor);
  // Its revisions may still be under way: whoever comes later finds the segment taken.
  heardOf(transcript, gone.leg).add(gone.segment);
  if (!known || known.withdrawn) return NONE;
  transcript.lines.set(anchor, { ...known, withdrawn: true });
  transcript.count -= 1;
  return { kind: 'line', anchor };
}

/** What was said up to the record, then what is known of it and of later words. */
export function replayed({ utterances }: ConversationRecord, known: Transcript, keep: number): Transcript {
  const transcript = emptyTranscript();
  for (const one of [...inSpeakingOrder(utterances.values()), ...known.lines.values()]) {
    hear(transcript, { kind: 'utterance', ...one }, keep);
    if (one.withdrawn) withdraw(transcript, { kind: 'utterance-withdrawn', leg: one.leg, segment: one.segment });
  }
  return transcript;
}

/** In the order of speaking, as the record of a conversation has it. */
export function inSpeakingOrder<T extends Pick<Line, 'startMs' | 'leg' | 'segment'>>(lines: Iterable<T>): T[] {
  return [...lines].sort(
    (a, b) => a.startMs - b.startMs || (a.leg < b.leg ? -1 : a.leg > b.leg ? 1 : a.segment - b.segment),
  );
}

function decides(said: Utterance, known: Line): boolean {
  if (known.withdrawn) return false;
  if (said.final !== known.final) return said.final;
  return said.revision > known.revision;
}

function heardOf(transcript: Transcript, leg: string): Set<number> {
  let heard = transcript.heard.get(leg);
  if (!heard) {
    heard = new Set();
    transcript.heard.set(leg, heard);
  }
  return heard;
}

function dropOldest(lines: Map<string, Line>): void {
  const oldest = lines.keys().next();
  if (!oldest.done) lines.delete(oldest.value);
}
