import {
  PARTICIPANT_ROLES,
  type ParticipantRole,
  type RecordedUtterance,
  type SentimentScores,
  scoreOf,
  type UtteranceScore,
} from '@earshot/model';
import type { Slot } from '../language/program.js';
import type { Matcher, Scan } from '../match/matcher.js';

/** One revision with what was found in it. */
export interface Reading {
  revision: number;
  text: string;
  endMs: number;
  receivedAtMs: number;
  scan: Scan;
  /** Absent: unknown. */
  scores?: SentimentScores;
}

/** An utterance as the judge keeps it: a copy, because the caller changes the record in place. */
export interface Heard {
  anchor: string;
  leg: string;
  segment: number;
  startMs: number;
  participantId: string;
  role: ParticipantRole;
  roleBit: number;
  open: boolean;
  /** Lowest revision first; a single one when final. */
  readings: readonly Reading[];
  /** Slots that its words may satisfy. */
  slots: readonly Slot[];
}

export const NO_SLOTS: readonly Slot[] = [];

/** Undefined for what does not exist: absent or withdrawn. Revisions already read are not matched again. */
export function hear(
  matcher: Matcher,
  anchor: string,
  said: RecordedUtterance | undefined,
  before: Heard | undefined,
  scores: readonly UtteranceScore[] | undefined,
): Heard | undefined {
  if (!said || said.withdrawn) return undefined;
  const open = !said.final;
  const revisions = open && said.openRevisions.length > 0 ? said.openRevisions : [said];
  const readings: Reading[] = [];
  for (const { revision, text, endMs, receivedAtMs } of revisions) {
    const known = before?.readings.find((reading) => reading.revision === revision && reading.text === text);
    const last = readings.at(-1) ?? before?.readings.at(-1);
    const scan = known?.scan ?? scanOf(matcher, text, open, last);
    const reading: Reading = { revision, text, endMs, receivedAtMs, scan };
    const own = scores && scoreOf(scores, revision);
    if (own) reading.scores = own;
    readings.push(reading);
  }
  return {
    anchor,
    leg: said.leg,
    segment: said.segment,
    startMs: said.startMs,
    participantId: said.participantId,
    role: said.role,
    roleBit: 1 << PARTICIPANT_ROLES.indexOf(said.role),
    open,
    readings,
    slots: NO_SLOTS,
  };
}

function scanOf(matcher: Matcher, text: string, open: boolean, last: Reading | undefined): Scan {
  if (last) return matcher.rescan(text, last.text, last.scan);
  return open ? matcher.scan(text) : matcher.scanWhole(text);
}

/** Whether nothing that a verdict may depend on differs. */
export function sameHeard(a: Heard | undefined, b: Heard | undefined): boolean {
  if (!a || !b) return a === b;
  return (
    samePlace(a, b) &&
    a.participantId === b.participantId &&
    a.open === b.open &&
    a.readings.length === b.readings.length &&
    a.readings.every((reading, i) => sameReading(reading, b.readings[i] as Reading))
  );
}

export function samePlace(a: Heard, b: Heard): boolean {
  return a.startMs === b.startMs && a.roleBit === b.roleBit;
}

function sameReading(a: Reading, b: Reading): boolean {
  return (
    a.revision === b.revision &&
    a.text === b.text &&
    a.endMs === b.endMs &&
    a.receivedAtMs === b.receivedAtMs &&
    a.scores === b.scores
  );
}

/** The order of the utterances of a record. */
export function compareHeard(a: Heard, b: Heard): number {
  return a.startMs - b.startMs || (a.leg < b.leg ? -1 : a.leg > b.leg ? 1 : a.segment - b.segment);
}
