import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { ConversationEvent } from '@earshot/model';
import { fromBytes, toBytes } from './codec.js';
import { eventToWire } from './event.js';
import type { AppendEventsRequest, StreamEventsRequest } from './gen/earshot/v1/ingest_service.js';
import * as pb from './gen/earshot/v1/ingest_service.js';

/** The ingest door's gRPC service and the messages it speaks, prefixed where a domain noun has the same name. */
export type { ConversationEvent as WireConversationEvent } from './gen/earshot/v1/event.js';
export {
  type Acknowledged,
  type AppendEventsRequest,
  type AppendEventsResponse,
  type EventResult,
  IngestServiceClient,
  type IngestServiceServer,
  IngestServiceService,
  type Refused,
  type StreamEventsRequest,
  type StreamEventsResponse,
} from './gen/earshot/v1/ingest_service.js';

/** Throws `undecodable`; strict about UTF-8, unlike the decoder that the service definition brings. */
export function decodeStreamEventsRequest(bytes: Uint8Array): StreamEventsRequest {
  return fromBytes(pb.StreamEventsRequest, bytes);
}

/** Throws `undecodable`. */
export function decodeAppendEventsRequest(bytes: Uint8Array): AppendEventsRequest {
  return fromBytes(pb.AppendEventsRequest, bytes);
}

/** Throws `invalid` for what the wire cannot carry; the service definition's own encoder would replace it silently. */
export function encodeStreamEventsRequest(sequence: number, event: ConversationEvent): Uint8Array {
  return toBytes(pb.StreamEventsRequest, { sequence, event: eventToWire(event) });
}

/** Throws `invalid`. */
export function encodeAppendEventsRequest(events: readonly ConversationEvent[]): Uint8Array {
  return toBytes(pb.AppendEventsRequest, { events: events.map(eventToWire) });
}

/**
 * The sequence of a stream request whose event cannot be read, so that the refusal can name it. Senders write it
 * first, so it outlives a message that was cut off; undefined: not even that much is legible.
 */
export function sequenceOf(bytes: Uint8Array): number | undefined {
  let found: number | undefined;
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field === 1 && type === WireType.Varint) found = Number(reader.int64());
      else reader.skip(type, field);
    }
    // proto3 does not write a zero.
    found ??= 0;
  } catch {
    // What was legible before the break counts.
  }
  return Number.isSafeInteger(found) ? found : undefined;
}
