import type { LogRecord } from '@earshot/log';
import type { ConversationFact, EventBody, FactBody, Utterance, UtteranceWithdrawn } from '@earshot/model';
import type { WarehouseRow } from '@earshot/warehouse';
import { firstWins, identityOf, inRange, placeOf, rankedVersion, type TableRow } from './place.js';
import { historyRow, scoreRow } from './rows-of-amendment.js';

/** Facts that an engine wrote are housekeeping: the conversation did not do them. */
export function rowsOfConversationFact(fact: ConversationFact, record: LogRecord): TableRow[] {
  const { body } = fact;
  switch (body.kind) {
    case 'time-reached':
    case 'takeover':
    case 'checkpoint':
    case 'closed':
      return [];
    case 'score':
      return [scoreRow(fact, body, record)];
    case 'history':
      return [historyRow(fact, body, record)];
    case 'utterance':
      return [utteranceRow(fact, body, record, body.final ? RANK.final : RANK.open, body.revision)];
    // A withdrawal beats everything, and the words go with it.
    case 'utterance-withdrawn':
      return [utteranceRow(fact, body, record, RANK.withdrawn, 0)];
    default:
      return [factRow(fact, body, record)];
  }
}

const RANK = { open: 0, final: 1, withdrawn: 2 } as const;

function utteranceRow(
  fact: ConversationFact,
  said: Utterance | UtteranceWithdrawn,
  record: LogRecord,
  rank: number,
  revision: number,
): TableRow {
  const { tenant, conversationId, eventId, receivedAtMs, ruleSet } = fact;
  const { leg, segment } = said;
  return {
    table: 'utterances',
    identity: identityOf(tenant, conversationId, leg, segment),
    offset: record.offset,
    row: {
      tenant,
      conversation_id: conversationId,
      leg,
      segment,
      ...(said.kind === 'utterance' ? words(said) : { withdrawn: true, at: inRange(fact.atMs) }),
      received_ms: receivedAtMs,
      event_id: eventId,
      rule_set_hash: ruleSet?.hash ?? '',
      ...placeOf(record),
      version: rankedVersion(rank, revision, record.offset),
    },
  };
}

function words(said: Utterance): WarehouseRow {
  return {
    revision: said.revision,
    final: said.final,
    participant_id: said.participantId,
    role: said.role,
    text: said.text,
    language: said.language ?? '',
    start_ms: said.startMs,
    end_ms: said.endMs,
    at: inRange(said.endMs),
  };
}

function factRow(fact: ConversationFact, body: OtherBody, record: LogRecord): TableRow {
  const { tenant, conversationId, eventId } = fact;
  return {
    table: 'conversation_facts',
    identity: identityOf(tenant, conversationId, eventId),
    offset: record.offset,
    row: {
      tenant,
      conversation_id: conversationId,
      event_id: eventId,
      kind: body.kind,
      at: inRange(fact.atMs),
      received_ms: fact.receivedAtMs,
      source: fact.source,
      ...columnsOf(body),
      rule_set_hash: fact.ruleSet?.hash ?? '',
      ...placeOf(record),
      version: firstWins(record.offset),
    },
  };
}

type OtherBody = Exclude<EventBody, Utterance | UtteranceWithdrawn> & FactBody;

function columnsOf(body: OtherBody): WarehouseRow {
  switch (body.kind) {
    case 'started':
      return {
        channel: body.channel,
        direction: body.direction,
        business_line: body.businessLine ?? '',
        queue: body.queue ?? '',
        skill_group: body.skillGroup ?? '',
        external_ids: body.externalIds,
        customer_key: body.customerKey ?? '',
        recording_notice: notice(body.recordingNoticeGiven),
      };
    case 'participant-joined':
      return {
        participant_id: body.participantId,
        role: body.role,
        staff_number: body.staffNumber ?? '',
        leg: body.leg,
      };
    case 'participant-left':
      return { participant_id: body.participantId };
    case 'call-progress':
      return { step: body.step, participant_id: body.participantId ?? '', target: body.target ?? '' };
    // The comment is words of the customer without a place to show them yet: it stays in the log.
    case 'rating':
      return { rating_score: body.score, rating_scale: body.scale };
    case 'metadata':
      return { fields: body.fields };
    case 'ended':
      return { reason: body.reason ?? '' };
  }
}

function notice(given: boolean | undefined): string {
  if (given === undefined) return '';
  return given ? 'given' : 'not-given';
}
