import {
  type ConversationRecord,
  type RecordedParticipant,
  type RecordedUtterance,
  type RuleEra,
  type RuleSetStamp,
  type Source,
  subjectName,
  type UtteranceScore,
  utteranceAnchor,
} from '@earshot/model';
import { defined, fromBytes, fromWireFields, invalid, toBytes, toWireFields, toWireMap } from './codec.js';
import * as pb from './gen/earshot/v1/record.js';
import { countFromWire, countToWire } from './history-count.js';
import { scoreFromWire, scoreToWire } from './score.js';
import { channels, roles, sources } from './words.js';

/** What the rule engine keeps of one life; its checkpoint holds these bytes. Equal records give equal bytes. */
export interface RecordSnapshot {
  record: ConversationRecord;
  /** Ids of the events other than utterances that were applied, with a hash of their content. */
  seenEvents: Map<string, string>;
  ruleSet?: RuleSetStamp;
  /** Rule sets behind the first, in the order in which the conversation moved to them. */
  laterEras: RuleEra[];
  source: Source;
  /** Log time of the record that set `record.nowMs`, epoch ms. */
  nowSetAtLogMs: number;
}

export function encodeRecordSnapshot(snapshot: RecordSnapshot): Uint8Array {
  const { record, seenEvents, ruleSet, laterEras, source, nowSetAtLogMs } = snapshot;
  return toBytes(pb.ConversationRecord, {
    ...record,
    channel: channels.toWire(record.channel),
    externalIds: toWireFields(record.externalIds),
    fields: toWireFields(record.fields),
    participants: record.participants.map((one) => ({ ...one, role: roles.toWire(one.role) })),
    utterances: [...record.utterances.values()].sort(byPlace).map((one) => ({ ...one, role: roles.toWire(one.role) })),
    seenEvents: toWireMap(seenEvents),
    ruleSet,
    laterEras,
    source: sources.toWire(source),
    nowSetAtLogMs,
    scores: [...(record.scores?.values() ?? [])].flat().sort(byName).map(scoreToWire),
    history: [...(record.history ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => countToWire(count)),
  });
}

/** Throws `undecodable` or `invalid`. */
export function decodeRecordSnapshot(bytes: Uint8Array): RecordSnapshot {
  const { seenEvents, ruleSet, laterEras, source, nowSetAtLogMs, ...record } = fromBytes(pb.ConversationRecord, bytes);
  return defined({
    record: defined({
      ...record,
      channel: channels.fromWire('record.channel', record.channel),
      externalIds: fromWireFields(record.externalIds),
      fields: fromWireFields(record.fields),
      participants: record.participants.map(participantFromWire),
      utterances: utterancesFromWire(record.utterances),
      scores: scoresFromWire(record.scores),
      history: historyFromWire(record.history),
    }),
    seenEvents,
    ruleSet,
    laterEras,
    source: sources.fromWire('record.source', source),
    nowSetAtLogMs,
  });
}

function participantFromWire(one: pb.RecordedParticipant): RecordedParticipant {
  return defined({ ...one, role: roles.fromWire('record.participants.role', one.role) });
}

function utterancesFromWire(utterances: pb.RecordedUtterance[]): Map<string, RecordedUtterance> {
  const out = new Map<string, RecordedUtterance>();
  for (const one of utterances) {
    const anchor = utteranceAnchor(one.leg, one.segment);
    if (out.has(anchor)) throw invalid('record.utterances', 'holds a segment twice', { segment: one.segment });
    out.set(anchor, utteranceFromWire(one));
  }
  return out;
}

/** The decoded object itself: a restart makes some hundred thousand of these, and copies are what it then spends on. */
function utteranceFromWire(one: pb.RecordedUtterance): RecordedUtterance {
  return Object.assign(one as Omit<RecordedUtterance, 'role'>, {
    role: roles.fromWire('record.utterances.role', one.role),
  });
}

function scoresFromWire(scores: readonly pb.ConversationRecord['scores'][number][]): ConversationRecord['scores'] {
  if (scores.length === 0) return undefined;
  const out = new Map<string, UtteranceScore[]>();
  for (const one of scores) {
    const score = scoreFromWire(one);
    const anchor = utteranceAnchor(score.leg, score.segment);
    const known = out.get(anchor);
    if (known) known.push(score);
    else out.set(anchor, [score]);
  }
  return out;
}

function historyFromWire(counts: readonly pb.ConversationRecord['history'][number][]): ConversationRecord['history'] {
  if (counts.length === 0) return undefined;
  return new Map(counts.map(countFromWire).map((count) => [subjectName(count.subject), count]));
}

function byName(a: UtteranceScore, b: UtteranceScore): number {
  const word = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return word(a.leg, b.leg) || a.segment - b.segment || a.revision - b.revision || word(a.model, b.model);
}

// The order of the verdict: start, leg, segment.
function byPlace(a: RecordedUtterance, b: RecordedUtterance): number {
  return a.startMs - b.startMs || (a.leg < b.leg ? -1 : a.leg > b.leg ? 1 : a.segment - b.segment);
}
