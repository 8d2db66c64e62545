import { encodeAppendEventsRequest, IngestServiceService } from '@earshot/wire';
import { Client } from '@grpc/grpc-js';
import { type EventStream, openEventStream } from './event-stream.js';
import { checkHealth, type DoorHealth, whyFailed } from './health.js';
import { type NewEvent, withDefaults } from './new-event.js';
import { type ClientOptions, channelOf, DEFAULT_GIVE_UP_MS, DEFAULT_WINDOW, metadataOf } from './options.js';
import { type SendResult, toSendResult } from './send-result.js';

export interface EarshotClient {
  /** For live conversations: many events, each answered once durable. One stream serves any number of conversations. */
  stream(): EventStream;
  /** At most 500 events at once; one result per event, in order. Rejects with a coded error if none was taken. */
  append(events: readonly NewEvent[]): Promise<SendResult[]>;
  health(timeoutMs?: number): Promise<DoorHealth>;
  /** Waits for the answers of every open stream, then lets go of the connection. */
  close(): Promise<void>;
}

const { path, responseDeserialize } = IngestServiceService.appendEvents;

const asBytes = (bytes: Buffer) => bytes;

/** A client of the gRPC door. Connects when it has something to say. */
export function createClient(options: ClientOptions): EarshotClient {
  const channel = channelOf(options);
  const client = new Client(options.address, channel.credentials, channel.options);
  const metadata = metadataOf(options);
  const { window = DEFAULT_WINDOW, giveUpMs = DEFAULT_GIVE_UP_MS } = options;
  // A batch has nobody who tries again for it, so it waits for the connection itself.
  const patient = metadata.clone();
  patient.setOptions({ waitForReady: true });
  const streams = new Set<EventStream>();

  return {
    stream() {
      const onClosed = () => void streams.delete(opened);
      const opened = openEventStream({ client, metadata, window, giveUpMs, onClosed });
      streams.add(opened);
      return opened;
    },
    append(events) {
      return new Promise((resolve, reject) => {
        const bytes = Buffer.from(encodeAppendEventsRequest(events.map(withDefaults)));
        const settings = { deadline: Date.now() + giveUpMs };
        client.makeUnaryRequest(path, asBytes, responseDeserialize, bytes, patient, settings, (error, answer) => {
          if (error) void whyFailed(client, metadata, error).then(reject);
          else resolve((answer?.results ?? []).map(toSendResult));
        });
      });
    },
    health: (timeoutMs = 2_000) => checkHealth(client, metadata, timeoutMs),
    async close() {
      await Promise.all([...streams].map((stream) => stream.close()));
      client.close();
    },
  };
}
