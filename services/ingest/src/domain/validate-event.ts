import type { ConversationEvent, EventBody, ParticipantRole, Utterance } from '@earshot/model';
import {
  type Check,
  checkCount,
  checkId,
  checkLanguage,
  checkMap,
  checkName,
  checkOptionalId,
  checkText,
  checkTime,
  firstRefusal,
} from './field-checks.js';
import { EVENT_LIMITS } from './limits.js';
import { type Refusal, refuse } from './refusal.js';

export type Validated = { ok: true; event: ConversationEvent } | Refusal;

/** Staff numbers belong to people who work here. */
const STAFF: readonly ParticipantRole[] = ['agent', 'supervisor'];

/**
 * Whether an event (shape and words already those of the model) may go on the log. An empty `eventId` is fine: it is
 * derived later, from what is left after masking. An utterance's time is the end of its words, whatever `atMs` said.
 */
export function validateEvent(given: ConversationEvent, nowMs: number): Validated {
  const event = given.body.kind === 'utterance' ? { ...given, atMs: given.body.endMs } : given;
  const refusal = firstRefusal(
    checkId('conversation_id', event.conversationId),
    checkOptionalId('event_id', event.eventId || undefined),
    checkTime(event.body.kind === 'utterance' ? 'utterance.end_ms' : 'at_ms', event.atMs, nowMs),
    checkBody(event.body, nowMs),
  );
  return refusal ?? { ok: true, event };
}

function checkBody(body: EventBody, nowMs: number): Check {
  switch (body.kind) {
    case 'started':
      return firstRefusal(
        checkName('started.business_line', body.businessLine),
        checkName('started.queue', body.queue),
        checkName('started.skill_group', body.skillGroup),
        checkMap('started.external_ids', body.externalIds),
        checkName('started.customer_key', body.customerKey, EVENT_LIMITS.customerKeyChars),
      );
    case 'participant-joined':
      return firstRefusal(
        checkId('participant_joined.participant_id', body.participantId),
        checkId('participant_joined.leg', body.leg),
        checkOptionalId('participant_joined.staff_number', body.staffNumber),
        body.staffNumber === undefined || STAFF.includes(body.role)
          ? undefined
          : refuse('staff-number-misplaced', 'participant_joined.staff_number: for agents and supervisors only'),
      );
    case 'participant-left':
      return checkId('participant_left.participant_id', body.participantId);
    case 'utterance':
      return checkUtterance(body, nowMs);
    case 'utterance-withdrawn':
      return firstRefusal(
        checkId('utterance_withdrawn.leg', body.leg),
        checkCount('utterance_withdrawn.segment', body.segment, EVENT_LIMITS.segmentMax),
      );
    case 'call-progress':
      return firstRefusal(
        checkOptionalId('call_progress.participant_id', body.participantId),
        checkName('call_progress.target', body.target),
      );
    case 'rating':
      return firstRefusal(checkRating(body.score, body.scale), checkText('rating.comment', body.comment));
    case 'metadata':
      return checkMap('metadata.fields', body.fields);
    case 'ended':
      return checkName('ended.reason', body.reason, EVENT_LIMITS.reasonChars);
  }
}

function checkUtterance(body: Utterance, nowMs: number): Check {
  return firstRefusal(
    checkId('utterance.participant_id', body.participantId),
    checkId('utterance.leg', body.leg),
    checkCount('utterance.segment', body.segment, EVENT_LIMITS.segmentMax),
    checkCount('utterance.revision', body.revision, EVENT_LIMITS.revisionMax),
    checkText('utterance.text', body.text),
    checkLanguage('utterance.language', body.language),
    checkTime('utterance.start_ms', body.startMs, nowMs),
    body.startMs > body.endMs ? refuse('time-reversed', 'utterance.end_ms is before start_ms') : undefined,
    body.endMs - body.startMs > EVENT_LIMITS.utteranceMs
      ? refuse('time-too-far', 'utterance: longer than 24 hours')
      : undefined,
  );
}

function checkRating(score: number, scale: number): Check {
  const scaleFits = Number.isFinite(scale) && scale > 0 && scale <= EVENT_LIMITS.ratingScaleMax;
  if (scaleFits && Number.isFinite(score) && score >= 0 && score <= scale) return undefined;
  return refuse('number-out-of-range', `rating: 0 ≤ score ≤ scale ≤ ${EVENT_LIMITS.ratingScaleMax}, scale above 0`);
}
