import type { Applied, FactPlace } from '@earshot/log/fold';
import {
  type Amendment,
  type ConversationFact,
  deriveId,
  type EventBody,
  type RecordedParticipant,
  utteranceAnchor,
} from '@earshot/model';
import { applyHistory } from './apply-history.js';
import { applyScore } from './apply-score.js';
import { applyUtterance, withdrawUtterance } from './apply-utterance.js';
import { type EngineState, followRules } from './engine-state.js';

/**
 * Enters one event in the record and tells the judge what it touched. A `started` older than `lingerMs` by log time
 * does not begin a conversation, it resumes one.
 */
export function applyFact(
  state: EngineState,
  fact: ConversationFact,
  body: EventBody,
  at: FactPlace,
  lingerMs: number,
): Applied {
  followRules(state, fact);
  const applied = enter(state, fact, body, at.logMs - fact.atMs <= lingerMs);
  if (applied.kind !== 'inspected') return applied;
  advance(state, fact.atMs, at.logMs);
  if (body.kind === 'utterance' || body.kind === 'utterance-withdrawn') {
    state.judge?.utteranceChanged(utteranceAnchor(body.leg, body.segment));
  }
  state.judge?.conversationChanged();
  return applied;
}

/** An amendment re-decides what rests on it; it is no event, so time does not move with it. */
export function amend(state: EngineState, body: Amendment): Applied {
  if (body.kind === 'history') {
    const counted = applyHistory(state.record, body);
    if (counted.kind === 'inspected') state.judge?.conversationChanged();
    return counted;
  }
  const applied = applyScore(state.record, body);
  if (applied.kind === 'inspected') state.judge?.utteranceChanged(utteranceAnchor(body.leg, body.segment));
  return applied;
}

/** Conversation time is the maximum over events and time facts; remembers which record set it. */
export function advance(state: EngineState, atMs: number, logMs: number): boolean {
  if (atMs <= state.record.nowMs) return false;
  state.record.nowMs = atMs;
  state.nowSetAtLogMs = logMs;
  return true;
}

function enter(state: EngineState, fact: ConversationFact, body: EventBody, fresh: boolean): Applied {
  const { record } = state;
  if (body.kind === 'utterance')
    return applyUtterance(record.utterances, body, fact.receivedAtMs, state.laterEras.length);
  const content = deriveId('content', fact.atMs, JSON.stringify(body));
  const seen = state.seenEvents.get(fact.eventId);
  if (seen !== undefined) return seen === content ? { kind: 'repeated' } : { kind: 'refused', reason: 'conflict' };
  state.seenEvents.set(fact.eventId, content);
  switch (body.kind) {
    case 'started':
      if (record.startedAtMs !== undefined && record.startedAtMs <= fact.atMs) break;
      if (fresh) record.resumed = false;
      record.startedAtMs = fact.atMs;
      Object.assign(record, {
        channel: body.channel,
        businessLine: body.businessLine,
        queue: body.queue,
        skillGroup: body.skillGroup,
        externalIds: body.externalIds,
        customerKey: body.customerKey,
      });
      // Lateness follows the channel, and the judge was made for one.
      state.judge = undefined;
      break;
    case 'participant-joined':
      join(record.participants, { ...body, joinedMs: fact.atMs });
      break;
    case 'participant-left':
      for (const one of record.participants) {
        if (one.participantId === body.participantId && one.joinedMs <= fact.atMs) one.leftMs = fact.atMs;
      }
      break;
    case 'utterance-withdrawn':
      return withdrawUtterance(record.utterances, body, fact.atMs);
    case 'metadata':
      record.fields = { ...record.fields, ...body.fields };
      break;
    case 'ended':
      record.endedAtMs = Math.max(record.endedAtMs ?? 0, fact.atMs);
      break;
    case 'call-progress':
    case 'rating':
      break;
  }
  return { kind: 'inspected' };
}

function join(participants: RecordedParticipant[], joined: RecordedParticipant & { kind?: string }): void {
  const { participantId, role, staffNumber, leg, joinedMs } = joined;
  participants.push({ participantId, role, leg, joinedMs, ...(staffNumber === undefined ? {} : { staffNumber }) });
  participants.sort((a, b) => a.joinedMs - b.joinedMs || (a.participantId < b.participantId ? -1 : 1));
}
