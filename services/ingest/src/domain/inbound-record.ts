import { parseJson, utf8 } from '@earshot/kit/http';
import type { LogRecord } from '@earshot/log';
import { type ConversationEvent, conversationKey, type Source } from '@earshot/model';
import { decodeConversationEvent } from '@earshot/wire';
import { fromJson } from './json-event.js';
import { type Envelope, readHeaders } from './record-headers.js';
import { type Refusal, refusalOf, refuse } from './refusal.js';

/** As large as a message of the gRPC door. */
export const MAX_RECORD_BYTES = 256 * 1024;

export type InboundRead = { ok: true; event: ConversationEvent; source?: Source } | Refusal;

/** What a record of an inbound topic says, to be checked like an event of any other door. Never throws. */
export function readInbound(record: LogRecord, tenant: string): InboundRead {
  const { key, value } = record;
  if (value.length === 0) return refuse('record-empty', 'the record has no value');
  if (value.length > MAX_RECORD_BYTES) return refuse('record-too-large', `at most ${MAX_RECORD_BYTES} bytes`);
  if (key === '') return refuse('key-missing', 'the key of the record is its conversation');
  // What was no UTF-8 reads like this: two keys would be one conversation.
  if (key.includes('\uFFFD')) return refuse('key-invalid', 'the key is not valid UTF-8');
  const envelope = readHeaders(record.headers);
  if (!envelope.ok) return envelope;
  try {
    const read = envelope.form === 'json' ? readJson(value, key, tenant, envelope) : readProtobuf(value);
    return read.ok ? complete(read, key, tenant, envelope) : read;
  } catch (thrown) {
    return refusalOf(thrown);
  }
}

type Payload = { ok: true; event: ConversationEvent; tenant?: unknown } | Refusal;

function readProtobuf(value: Uint8Array): Payload {
  return { ok: true, event: decodeConversationEvent(value) };
}

/** An event as the HTTP door takes it, with its conversation beside it if it likes. */
function readJson(value: Uint8Array, key: string, tenant: string, envelope: Envelope): Payload {
  const json = parseJson(utf8(value));
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuse('json-broken', 'a record is one event, a JSON object');
  }
  const { conversationId = '', tenant: named, ...rest } = json as Record<string, unknown>;
  if (typeof conversationId !== 'string') return refuse('field-invalid', 'conversationId: must be given as string');
  const atMs = envelope.atMs === undefined ? {} : { atMs: envelope.atMs };
  const read = fromJson({ ...atMs, ...rest }, conversationId || withoutTenant(key, tenant));
  return read.ok ? { ...read, tenant: named } : read;
}

function complete(
  { event, tenant: named }: Exclude<Payload, Refusal>,
  key: string,
  tenant: string,
  { tenants, eventId, atMs, source }: Envelope,
): InboundRead {
  for (const one of [...tenants, named]) {
    if (one !== undefined && one !== tenant) return refuse('tenant-mismatch', 'it names another tenant than its topic');
  }
  const conversationId = event.conversationId || withoutTenant(key, tenant);
  if (key !== conversationId && key !== conversationKey(tenant, conversationId)) {
    return refuse('key-mismatch', 'the key of the record is not its conversation: its events would lose their order');
  }
  const whole = {
    ...event,
    conversationId,
    eventId: event.eventId || eventId,
    atMs: event.atMs || (atMs ?? 0),
  };
  return { ok: true, event: whole, ...(source && { source }) };
}

/** The key may be that of the topic `conversations`, too. */
function withoutTenant(key: string, tenant: string): string {
  const prefix = conversationKey(tenant, '');
  return key.startsWith(prefix) ? key.slice(prefix.length) : key;
}
