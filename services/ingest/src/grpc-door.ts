import type { GrpcServer } from '@earshot/kit/grpc';
import { decodeAppendEventsRequest, IngestServiceService } from '@earshot/wire';
import type { Acceptor } from './accept-event.js';
import { onBatch } from './on-batch.js';
import { onStream, readStreamItem } from './on-stream.js';

const { streamEvents, appendEvents } = IngestServiceService;

/** The generated service with our decoders: strict about Unicode, and broken events keep their sequence. */
const SERVICE = {
  streamEvents: { ...streamEvents, requestDeserialize: readStreamItem },
  appendEvents: { ...appendEvents, requestDeserialize: decodeAppendEventsRequest },
};

export function openGrpcDoor(grpc: GrpcServer, acceptor: Acceptor, limits: { window: number; batch: number }): void {
  grpc.addService(
    'earshot.v1.IngestService',
    SERVICE,
    { streamEvents: 'ingest.append', appendEvents: 'ingest.append' },
    { streamEvents: onStream(acceptor, limits.window), appendEvents: onBatch(acceptor, limits.batch) },
  );
}
