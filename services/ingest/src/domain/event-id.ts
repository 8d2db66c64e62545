import { type ConversationEvent, deriveId } from '@earshot/model';

/**
 * The sender's id, or one derived from the (masked) content, so that the same event sent twice has one name.
 * Never from the words before masking: a hash of a telephone number can be turned back by trying them all.
 */
export function withEventId(event: ConversationEvent): ConversationEvent {
  if (event.eventId !== '') return event;
  const eventId = deriveId('event', event.conversationId, event.atMs, canonical(event.body));
  return { ...event, eventId };
}

/** JSON with sorted keys and without what is undefined. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(fields).sort()) {
    if (fields[key] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(fields[key])}`;
  }
  return `{${text}}`;
}
