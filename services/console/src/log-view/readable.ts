import { EarshotError } from '@earshot/model';
import {
  decodeAlertRecord,
  decodeCaseFact,
  decodeControlRecord,
  decodeConversationFact,
  decodeDeadLetter,
  decodeDeliveryFact,
  decodeHistoryFact,
  decodeSessionFact,
  TOPICS,
  type TopicName,
} from '@earshot/wire';

const DECODERS: Partial<Record<TopicName, (bytes: Uint8Array) => unknown>> = {
  [TOPICS.conversations]: decodeConversationFact,
  [TOPICS.cases]: decodeCaseFact,
  [TOPICS.alerts]: decodeAlertRecord,
  [TOPICS.control]: decodeControlRecord,
  [TOPICS.deadLetters]: decodeDeadLetter,
  [TOPICS.deliveries]: decodeDeliveryFact,
  [TOPICS.history]: decodeHistoryFact,
  [TOPICS.sessions]: decodeSessionFact,
};

/** A record's value for people who look, or the code that says why it cannot be read. */
export type Readable = { value: unknown } | { unreadable: string };

export function readable(topic: string, bytes: Uint8Array): Readable {
  const decode = Object.hasOwn(DECODERS, topic) ? DECODERS[topic as TopicName] : undefined;
  if (!decode) return { unreadable: 'no-decoder' };
  try {
    return { value: readableBytes(decode(bytes)) };
  } catch (error) {
    return { unreadable: error instanceof EarshotError ? error.code : 'internal' };
  }
}

/** Bytes inside a record (checkpoints, dead letters) as base64 instead of JSON's list of numbers. */
function readableBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(readableBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readableBytes(inner)]));
}

/**
 * Fields whose texts are references and words of ours. A field that is not here keeps its text to itself: what was said,
 * names, staff and customer numbers, and whatever a later version adds.
 */
const REFERENCES: ReadonlySet<string> = new Set([
  ...['kind', 'tenant', 'conversationId', 'eventId', 'id', 'role', 'channel', 'direction', 'source', 'step'],
  ...['ruleId', 'severity', 'ruleSetHash', 'continues', 'hash', 'contentHash', 'of'],
  ...['alertId', 'actionId', 'action', 'outcome', 'state', 'status', 'operation', 'code'],
  ...['service', 'owner', 'engine'],
]);

/** Maps whose names come from outside: what stands under `id` there is no id of ours. */
const FOREIGN_MAPS: ReadonlySet<string> = new Set(['fields', 'externalIds', 'files']);

/** The same value with every text withheld that is no reference: its length stands in its place. */
export function withoutTexts(value: unknown, key = '', foreign = false): unknown {
  if (typeof value === 'string') return REFERENCES.has(key) && !foreign ? value : { withheldChars: value.length };
  if (Array.isArray(value)) return value.map((one) => withoutTexts(one, key, foreign));
  if (typeof value !== 'object' || value === null) return value;
  const inside = foreign || FOREIGN_MAPS.has(key);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutTexts(inner, name, inside)]));
}
