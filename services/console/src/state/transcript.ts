import type { ConversationRecord, RecordedUtterance, Utterance, UtteranceWithdrawn } from '@earshot/model';
import { utteranceAnchor } from '@earshot/model';

/** The last utterances of one conversation, each at its deciding revision, by `utteranceAnchor`. */
export interface Transcript {
  lines: Map<string, RecordedUtterance>;
  /** Words were let go, to bound what is held. */
  dropped: boolean;
  /** Anchors ever heard and not withdrawn, by leg: lines that were dropped still count. */
  heard: Map<string, Set<number>>;
  count: number;
}

/** `rewound`: a line went back to a lower revision, which a page takes only with the whole transcript. */
export type LineChange = { kind: 'none' } | { kind: 'line'; anchor: string } | { kind: 'rewound' };

const NONE: LineChange = { kind: 'none' };

export function emptyTranscript(): Transcript {
  return { lines: new Map(), dropped: false, heard: new Map(), count: 0 };
}

/** When it came, and under which of the conversation's rule sets if nobody had heard of it. */
export interface Arrival {
  receivedAtMs: number;
  era: number;
}

const UNKNOWN: Arrival = { receivedAtMs: 0, era: 0 };

export function hasHeard(transcript: Transcript, leg: string, segment: number): boolean {
  return transcript.heard.get(leg)?.has(segment) ?? false;
}

/**
 * The highest final decides; without one, the highest revision does, and all open ones are kept; a withdrawal beats
 * everything.
 */
export function hear(transcript: Transcript, said: Utterance, keep: number, arrival: Arrival = UNKNOWN): LineChange {
  const anchor = utteranceAnchor(said.leg, said.segment);
  const known = transcript.lines.get(anchor);
  if (!known && heardOf(transcript, said.leg).has(said.segment)) return NONE;
  const { participantId, role, leg, segment, revision, final, text, startMs, endMs } = said;
  const { receivedAtMs } = arrival;
  const openRevisions = final
    ? []
    : [...(known?.openRevisions ?? []), { revision, text, endMs, receivedAtMs }].sort(byRevision);
  if (known && !decides(said, known)) {
    if (staysOpen(said, known)) known.openRevisions = openRevisions;
    return NONE;
  }
  const era = known ? known.era : arrival.era || undefined;
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
    receivedAtMs,
    openRevisions,
    ...(era === undefined ? {} : { era }),
  });
  if (known) return revision < known.revision ? { kind: 'rewound' } : { kind: 'line', anchor };
  heardOf(transcript, leg).add(segment);
  transcript.count += 1;
  if (transcript.lines.size > keep) dropOldest(transcript);
  return { kind: 'line', anchor };
}

export function withdraw(transcript: Transcript, gone: UtteranceWithdrawn): LineChange {
  const anchor = utteranceAnchor(gone.leg, gone.segment);
  const known = transcript.lines.get(anchor);
  // Its revisions may still be under way: whoever comes later finds the segment taken.
  heardOf(transcript, gone.leg).add(gone.segment);
  if (!known || known.withdrawn) return NONE;
  transcript.lines.set(anchor, { ...known, withdrawn: true, openRevisions: [] });
  transcript.count -= 1;
  return { kind: 'line', anchor };
}

/** What was said up to the record, then what is known of it and of later words. */
export function replayed({ utterances }: ConversationRecord, known: Transcript, keep: number, lastEra = 0): Transcript {
  const transcript = emptyTranscript();
  for (const one of [...inSpeakingOrder(utterances.values()), ...known.lines.values()]) {
    const { receivedAtMs, era, openRevisions, ...line } = one;
    // What was said after the record belongs to the last of its rule sets.
    const own = utterances.get(utteranceAnchor(one.leg, one.segment)) ? (era ?? 0) : lastEra;
    for (const { receivedAtMs: cameMs, ...open } of openRevisions)
      hear(transcript, { kind: 'utterance', ...line, ...open }, keep, { receivedAtMs: cameMs, era: own });
    hear(transcript, { kind: 'utterance', ...line }, keep, { receivedAtMs, era: own });
    if (one.withdrawn) withdraw(transcript, { kind: 'utterance-withdrawn', leg: one.leg, segment: one.segment });
  }
  return transcript;
}

/** In the order of speaking, as the record of a conversation has it. */
export function inSpeakingOrder<T extends Pick<RecordedUtterance, 'startMs' | 'leg' | 'segment'>>(
  lines: Iterable<T>,
): T[] {
  return [...lines].sort(
    (a, b) => a.startMs - b.startMs || (a.leg < b.leg ? -1 : a.leg > b.leg ? 1 : a.segment - b.segment),
  );
}

function decides(said: Utterance, known: RecordedUtterance): boolean {
  if (known.withdrawn) return false;
  if (said.final !== known.final) return said.final;
  return said.revision > known.revision;
}

/** A late partial of an utterance that nobody has finished: it may be the first that a rule heard something in. */
function staysOpen(said: Utterance, known: RecordedUtterance): boolean {
  if (known.withdrawn || known.final || said.final) return false;
  return known.openRevisions.every(({ revision }) => revision !== said.revision);
}

function byRevision(a: { revision: number }, b: { revision: number }): number {
  return a.revision - b.revision;
}

function heardOf(transcript: Transcript, leg: string): Set<number> {
  let heard = transcript.heard.get(leg);
  if (!heard) {
    heard = new Set();
    transcript.heard.set(leg, heard);
  }
  return heard;
}

function dropOldest(transcript: Transcript): void {
  const oldest = transcript.lines.keys().next();
  if (oldest.done) return;
  transcript.lines.delete(oldest.value);
  transcript.dropped = true;
}
