import type { ConversationEvent, EventBody, Utterance } from '@earshot/model';
import { defined, fromBytes, fromWireFields, required, toBytes, toWireFields, unreachable } from './codec.js';
import * as pb from './gen/earshot/v1/event.js';
import { callSteps, channels, directions, roles } from './words.js';

type WireBody = NonNullable<pb.ConversationEvent['body']>;

export function eventToWire(event: ConversationEvent): pb.ConversationEvent {
  return { ...event, body: bodyToWire(event.body) };
}

/** Throws `invalid` with the field's path for a missing body and for unknown words. */
export function eventFromWire(event: pb.ConversationEvent): ConversationEvent {
  const { conversationId, eventId, atMs } = event;
  return { conversationId, eventId, atMs, body: bodyFromWire(required('event.body', event.body)) };
}

export function encodeConversationEvent(event: ConversationEvent): Uint8Array {
  return toBytes(pb.ConversationEvent, eventToWire(event));
}

export function decodeConversationEvent(bytes: Uint8Array): ConversationEvent {
  return eventFromWire(fromBytes(pb.ConversationEvent, bytes));
}

export function bodyToWire(body: EventBody): WireBody {
  switch (body.kind) {
    case 'started':
      return {
        $case: 'started',
        started: {
          ...body,
          channel: channels.toWire(body.channel),
          direction: directions.toWire(body.direction),
          externalIds: toWireFields(body.externalIds),
        },
      };
    case 'participant-joined':
      return { $case: 'participantJoined', participantJoined: { ...body, role: roles.toWire(body.role) } };
    case 'participant-left':
      return { $case: 'participantLeft', participantLeft: body };
    case 'utterance':
      return { $case: 'utterance', utterance: { ...body, role: roles.toWire(body.role) } };
    case 'utterance-withdrawn':
      return { $case: 'utteranceWithdrawn', utteranceWithdrawn: body };
    case 'call-progress':
      return { $case: 'callProgress', callProgress: { ...body, step: callSteps.toWire(body.step) } };
    case 'rating':
      return { $case: 'rating', rating: body };
    case 'metadata':
      return { $case: 'metadata', metadata: { fields: toWireFields(body.fields) } };
    case 'ended':
      return { $case: 'ended', ended: body };
    default:
      return unreachable('event.body', body);
  }
}

export function bodyFromWire(body: WireBody): EventBody {
  switch (body.$case) {
    case 'started': {
      const { channel, direction, externalIds, ...rest } = body.started;
      return defined({
        kind: 'started',
        ...rest,
        channel: channels.fromWire('started.channel', channel),
        direction: directions.fromWire('started.direction', direction),
        externalIds: fromWireFields(externalIds),
      });
    }
    case 'participantJoined': {
      const role = roles.fromWire('participant_joined.role', body.participantJoined.role);
      return defined({ kind: 'participant-joined', ...body.participantJoined, role });
    }
    case 'participantLeft':
      return { kind: 'participant-left', ...body.participantLeft };
    case 'utterance': {
      // Spelled out: nearly every record is one of these, and one shape is cheaper than two copies.
      const { participantId, leg, segment, revision, final, text, startMs, endMs, language } = body.utterance;
      const role = roles.fromWire('utterance.role', body.utterance.role);
      const said: Utterance = {
        kind: 'utterance',
        participantId,
        role,
        leg,
        segment,
        revision,
        final,
        text,
        startMs,
        endMs,
      };
      if (language !== undefined) said.language = language;
      return said;
    }
    case 'utteranceWithdrawn':
      return { kind: 'utterance-withdrawn', ...body.utteranceWithdrawn };
    case 'callProgress': {
      const step = callSteps.fromWire('call_progress.step', body.callProgress.step);
      return defined({ kind: 'call-progress', ...body.callProgress, step });
    }
    case 'rating':
      return defined({ kind: 'rating', ...body.rating });
    case 'metadata':
      return { kind: 'metadata', fields: fromWireFields(body.metadata.fields) };
    case 'ended':
      return defined({ kind: 'ended', ...body.ended });
    default:
      return unreachable('event.body', body);
  }
}
