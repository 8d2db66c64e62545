import type { Applied } from '@earshot/log/fold';
import {
  type RecordedUtterance,
  type RevisionText,
  type Utterance,
  type UtteranceWithdrawn,
  utteranceAnchor,
} from '@earshot/model';

type Utterances = Map<string, RecordedUtterance>;

/**
 * Enters one revision of an utterance. Whatever the order of arrival, the record ends the same: the highest final
 * decides; without a final the highest revision does, and all open ones are kept; a withdrawal beats everything. `era`
 * is that of an utterance nobody has heard of.
 */
export function applyUtterance(utterances: Utterances, said: Utterance, receivedAtMs: number, era = 0): Applied {
  const anchor = utteranceAnchor(said.leg, said.segment);
  const known = utterances.get(anchor);
  if (!known) {
    const open = said.final ? [] : [revisionOf(said, receivedAtMs)];
    utterances.set(anchor, asRecorded(said, receivedAtMs, open, era === 0 ? undefined : era));
    return { kind: 'inspected' };
  }
  if (known.withdrawn) return { kind: 'inspected' };
  const held = heldAlready(known, said);
  if (held) return held;
  if (known.final && (!said.final || said.revision < known.revision)) return { kind: 'inspected' };
  if (said.final) {
    utterances.set(anchor, asRecorded(said, receivedAtMs, [], known.era));
    return { kind: 'inspected' };
  }
  const open = [...known.openRevisions, revisionOf(said, receivedAtMs)].sort((a, b) => a.revision - b.revision);
  if (said.revision > known.revision) utterances.set(anchor, asRecorded(said, receivedAtMs, open, known.era));
  else known.openRevisions = open;
  return { kind: 'inspected' };
}

/** Takes the utterance out of the record; a tombstone stays, because its revisions may still be under way. */
export function withdrawUtterance(utterances: Utterances, gone: UtteranceWithdrawn, atMs: number): Applied {
  const anchor = utteranceAnchor(gone.leg, gone.segment);
  const known = utterances.get(anchor);
  if (known?.withdrawn) return { kind: 'repeated' };
  if (known) {
    known.withdrawn = true;
    known.openRevisions = [];
    return { kind: 'inspected' };
  }
  const { leg, segment } = gone;
  const nobody = {
    participantId: '',
    role: 'customer' as const,
    text: '',
    startMs: atMs,
    endMs: atMs,
    receivedAtMs: 0,
  };
  utterances.set(anchor, { ...nobody, leg, segment, revision: 0, final: false, withdrawn: true, openRevisions: [] });
  return { kind: 'inspected' };
}

/** Undefined: not held. The text of a revision that was overtaken is gone, so it can only be called a repeat. */
function heldAlready(known: RecordedUtterance, said: Utterance): Applied | undefined {
  if (known.revision === said.revision && known.final === said.final) {
    return sameWords(known, said) ? { kind: 'repeated' } : { kind: 'refused', reason: 'conflict' };
  }
  const open = known.openRevisions.find((one) => one.revision === said.revision);
  if (!open || said.final) return undefined;
  return open.text === said.text && open.endMs === said.endMs
    ? { kind: 'repeated' }
    : { kind: 'refused', reason: 'conflict' };
}

function sameWords(known: RecordedUtterance, said: Utterance): boolean {
  return (
    known.text === said.text &&
    known.startMs === said.startMs &&
    known.endMs === said.endMs &&
    known.role === said.role &&
    known.participantId === said.participantId
  );
}

function asRecorded(
  said: Utterance,
  receivedAtMs: number,
  openRevisions: RevisionText[],
  era: number | undefined,
): RecordedUtterance {
  const { participantId, role, leg, segment, revision, final, text, startMs, endMs } = said;
  return {
    participantId,
    role,
    leg,
    segment,
    revision,
    final,
    withdrawn: false,
    text,
    startMs,
    endMs,
    receivedAtMs,
    openRevisions,
    ...(era === undefined ? {} : { era }),
  };
}

function revisionOf(said: Utterance, receivedAtMs: number): RevisionText {
  return { revision: said.revision, text: said.text, endMs: said.endMs, receivedAtMs };
}
