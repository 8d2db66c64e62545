import { EarshotError } from '@earshot/model';
import { encodeStreamEventsRequest, IngestServiceService, type StreamEventsResponse } from '@earshot/wire';
import { type Client, type ClientDuplexStream, type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type NewEvent, withDefaults } from './new-event.js';
import { MAX_MESSAGE_BYTES } from './options.js';
import { Outbox } from './outbox.js';
import { isPassing, notSent, type SendResult, toEarshotError, toSendResult } from './send-result.js';

/** A stream of events that outlives its connections. */
export interface EventStream {
  /**
   * Hands an event in; resolves when the door has answered for it. Calls keep their order, awaited or not. After a
   * lost connection everything unanswered is sent again: the door knows a repeat by its id and changes nothing.
   * Rejects with a coded error when there will be no answer (`unreachable`, `unauthenticated`, `closed` …).
   */
  send(event: NewEvent): Promise<SendResult>;
  /** Resolves when there is room in the window; await it between sends instead of piling up. */
  room(): Promise<void>;
  /** Waits for every answer, then ends the stream. */
  close(): Promise<void>;
}

export interface StreamDeps {
  client: Client;
  metadata: Metadata;
  window: number;
  giveUpMs: number;
  onClosed(): void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

const { path, responseDeserialize } = IngestServiceService.streamEvents;
const asBytes = (bytes: Buffer) => bytes;

type Connection = ClientDuplexStream<Buffer, StreamEventsResponse>;

export function openEventStream(deps: StreamDeps): EventStream {
  const outbox = new Outbox(deps.window);
  let connection: Connection | undefined;
  let retry: NodeJS.Timeout | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  /** Monotonic time of the last sign of life; undefined while nothing is wrong. */
  let lostSinceMs: number | undefined;
  let ended: EarshotError | undefined;

  function connect(): void {
    retry = undefined;
    const opened: Connection = deps.client.makeBidiStreamRequest(path, asBytes, responseDeserialize, deps.metadata);
    connection = opened;
    opened.on('data', ({ sequence, result }: StreamEventsResponse) => {
      lostSinceMs = undefined;
      pauseMs = FIRST_PAUSE_MS;
      outbox.answer(sequence, toSendResult(result));
      write();
    });
    // 'status' always comes, once, and says the same.
    opened.on('error', () => {});
    opened.on('status', (ending) => {
      if (connection !== opened) return;
      connection = undefined;
      onLost(Object.assign(new Error(ending.details), ending) as ServiceError);
    });
    write();
  }

  function write(): void {
    if (!connection) return;
    for (const bytes of outbox.takeWritable()) connection.write(bytes);
  }

  function onLost(ending: ServiceError): void {
    outbox.startOver();
    if (ended) return;
    if (!isPassing(ending.code)) return finish(toEarshotError(ending));
    // With nothing to say there is no hurry: the next send connects again.
    if (outbox.size === 0) return;
    const nowMs = performance.now();
    lostSinceMs ??= nowMs;
    if (nowMs - lostSinceMs >= deps.giveUpMs) {
      const code = ending.code === status.OK ? status.UNAVAILABLE : ending.code;
      return finish(toEarshotError(Object.assign(ending, { code })));
    }
    // Half of the pause is chance, so that many senders do not come back in step.
    retry = setTimeout(connect, pauseMs / 2 + (Math.random() * pauseMs) / 2);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }

  function finish(error: EarshotError): void {
    ended ??= error;
    clearTimeout(retry);
    connection?.end();
    outbox.failAll(error);
    deps.onClosed();
  }

  return {
    send(event) {
      if (ended) return Promise.reject(ended);
      let answer: Promise<SendResult>;
      try {
        answer = outbox.add((sequence) => encode(sequence, event));
      } catch (thrown) {
        return Promise.resolve(notSent(event.eventId ?? '', thrown));
      }
      if (connection) write();
      else if (!retry) connect();
      return answer;
    },
    room: () => outbox.below(deps.window),
    async close() {
      await outbox.below(1);
      finish(new EarshotError('closed', 'the stream was closed'));
    },
  };
}

/** Checked here, because the door can answer an oversized message only by ending the stream. */
function encode(sequence: number, event: NewEvent): Buffer {
  const bytes = Buffer.from(encodeStreamEventsRequest(sequence, withDefaults(event)));
  if (bytes.length > MAX_MESSAGE_BYTES) {
    throw new EarshotError('too-large', `an event has at most ${MAX_MESSAGE_BYTES} bytes`);
  }
  return bytes;
}
