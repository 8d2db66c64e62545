import type { ConversationEvent, EventBody } from '@earshot/model';
import type { Masker, PersonalDataType } from '@earshot/privacy';

/**
 * Personal data that nobody makes an id of by chance. Longer digit runs are left alone in ids: one call number in ten
 * passes the check digit of a bank card, and an id that was masked can no longer be searched for.
 */
const UNMISTAKABLE: readonly PersonalDataType[] = ['ID_CARD', 'MOBILE', 'EMAIL'];
/** Digits of a mobile number; every event brings four ids, nearly all of them plain names. */
const SHORTEST_NUMBER = 11;

/**
 * The event as it may be kept: words masked, the customer hashed, ids that are personal data replaced by a keyed
 * pseudonym. Every utterance is masked by itself: with a memory, the same event sent again to another node would
 * come out differently and be taken for a contradiction.
 */
export function maskEvent(event: ConversationEvent, masker: Masker): ConversationEvent {
  const id = (value: string) => maskId(value, masker);
  return {
    conversationId: id(event.conversationId),
    eventId: id(event.eventId),
    atMs: event.atMs,
    body: maskBody(event.body, masker, id),
  };
}

function maskBody(body: EventBody, masker: Masker, id: (value: string) => string): EventBody {
  switch (body.kind) {
    case 'started': {
      const masked = { ...body, externalIds: mapEntries(body.externalIds, id, id) };
      for (const name of ['businessLine', 'queue', 'skillGroup'] as const) {
        const given = body[name];
        if (given !== undefined) masked[name] = id(given);
      }
      if (body.customerKey !== undefined) masked.customerKey = masker.hashCustomer(body.customerKey);
      return masked;
    }
    case 'participant-joined':
      return { ...body, participantId: id(body.participantId), leg: id(body.leg) };
    case 'participant-left':
      return { ...body, participantId: id(body.participantId) };
    case 'utterance':
      return {
        ...body,
        participantId: id(body.participantId),
        leg: id(body.leg),
        text: masker.mask(body.text).text,
      };
    case 'utterance-withdrawn':
      return { ...body, leg: id(body.leg) };
    case 'call-progress': {
      const masked = { ...body };
      if (body.participantId !== undefined) masked.participantId = id(body.participantId);
      if (body.target !== undefined) masked.target = id(body.target);
      return masked;
    }
    case 'rating':
      return body.comment === undefined ? body : { ...body, comment: masker.mask(body.comment).text };
    case 'metadata':
      return { ...body, fields: mapEntries(body.fields, id, (value) => maskField(value, masker)) };
    case 'ended':
      return body.reason === undefined ? body : { ...body, reason: maskField(body.reason, masker) };
  }
}

/** Plain text with fewer digits than the shortest number that is looked for, and nothing of an address. */
function cannotBePersonal(value: string): boolean {
  return /^[\x21-\x3f\x41-\x7e]*$/.test(value) && value.replaceAll(/\D/g, '').length < SHORTEST_NUMBER;
}

function maskId(value: string, masker: Masker): string {
  if (cannotBePersonal(value)) return value;
  const { spans } = masker.mask(value);
  if (!spans.some((span) => UNMISTAKABLE.includes(span.type))) return value;
  return `masked-${masker.hashCustomer(value)}`;
}

/** Order numbers and the like are one token of unknown digits; they stay, everything else is masked as words are. */
function maskField(value: string, masker: Masker): string {
  const { text, spans } = masker.mask(value);
  const isPlainNumber = /^[\x21-\x7e]+$/.test(value) && spans.every((span) => span.type === 'DIGITS');
  return isPlainNumber ? value : text;
}

/** `fromEntries` defines keys instead of assigning them, so `__proto__` is a key like any other. */
function mapEntries(
  map: Record<string, string>,
  changeKey: (key: string) => string,
  changeValue: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [changeKey(key), changeValue(value)]));
}
