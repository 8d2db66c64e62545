import type { ConversationEvent } from '@earshot/model';

/** An event as a sender makes it: the id may be left to the door, which derives it from the content. */
export type NewEvent = Omit<ConversationEvent, 'eventId'> & { eventId?: string };

export function withDefaults(event: NewEvent): ConversationEvent {
  return { ...event, eventId: event.eventId ?? '' };
}
