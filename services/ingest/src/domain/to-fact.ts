import type { ConversationEvent, ConversationFact, RuleSetStamp, Source } from '@earshot/model';

/** What the door knows of an arrival besides the event itself. */
export interface Arrival {
  tenant: string;
  /** As the sender said it; absent: by the channel where the event tells it, else text. */
  source?: Source;
  receivedAtMs: number;
  ruleSet: RuleSetStamp | undefined;
}

export function toFact(event: ConversationEvent, arrival: Arrival): ConversationFact {
  const fact: ConversationFact = {
    tenant: arrival.tenant,
    conversationId: event.conversationId,
    eventId: event.eventId,
    atMs: event.atMs,
    receivedAtMs: arrival.receivedAtMs,
    source: arrival.source ?? sourceOf(event),
    body: event.body,
  };
  if (arrival.ruleSet) fact.ruleSet = arrival.ruleSet;
  return fact;
}

function sourceOf(event: ConversationEvent): Source {
  const { body } = event;
  return body.kind === 'started' && (body.channel === 'voice' || body.channel === 'video') ? 'voice' : 'text';
}
