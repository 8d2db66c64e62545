import { type ConversationEvent, deriveId, type EventBody, type ParticipantRole } from '@earshot/model';
import type { ReplayConversation, TurnRole } from './conversation.js';

/** The same words at other times are other events, so the base is part of an event's name. */
const KIND = 'replay-event';

/**
 * What a contact centre would have sent while this conversation ran, in the order of its times: started, joined,
 * one final utterance a turn, ended. It starts at `baseMs` (epoch ms), whenever it took place.
 */
export function toEvents(conversation: ReplayConversation, baseMs: number): ConversationEvent[] {
  const { id, turns } = conversation;
  const event = (atMs: number, body: EventBody, ...name: (string | number)[]): ConversationEvent => ({
    conversationId: id,
    eventId: deriveId(KIND, id, baseMs, body.kind, ...name),
    atMs,
    body,
  });
  const roles = [...new Set(turns.map(({ role }) => role))];
  const endMs = turns.reduce((latest, turn) => Math.max(latest, turn.endMs), 0);
  return [
    event(baseMs, started(conversation)),
    ...roles.map((role) => event(baseMs, joined(conversation, role), role)),
    ...utterances(conversation, baseMs).map((body) => event(body.endMs, body, body.leg, body.segment)),
    event(baseMs + endMs, { kind: 'ended' }),
  ];
}

function started({ id, channel }: ReplayConversation): EventBody {
  return { kind: 'started', channel, direction: 'inbound', externalIds: { replay: id } };
}

function joined(conversation: ReplayConversation, role: TurnRole): EventBody {
  return {
    kind: 'participant-joined',
    participantId: role,
    role: participantRole(conversation, role),
    leg: role,
    ...(role === 'agent' && conversation.agentId ? { staffNumber: conversation.agentId } : {}),
  };
}

function utterances(conversation: ReplayConversation, baseMs: number) {
  const segments = new Map<TurnRole, number>();
  const bodies = conversation.turns.map(({ role, text, startMs, endMs }) => {
    const segment = segments.get(role) ?? 0;
    segments.set(role, segment + 1);
    return {
      kind: 'utterance' as const,
      participantId: role,
      role: participantRole(conversation, role),
      leg: role,
      segment,
      revision: 0,
      final: true,
      text,
      startMs: baseMs + startMs,
      endMs: baseMs + endMs,
      ...(conversation.language ? { language: conversation.language } : {}),
    };
  });
  return bodies.sort((a, b) => a.endMs - b.endMs);
}

/** What a system says is judged as neither side: a bot in a chat, the voice menu in a call. */
function participantRole({ channel }: ReplayConversation, role: TurnRole): ParticipantRole {
  if (role !== 'system') return role;
  return channel === 'voice' ? 'ivr' : 'bot';
}
