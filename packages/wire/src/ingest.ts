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
