import type { CallContext, MessageStream } from '@earshot/kit/grpc';
import { type ConversationEvent, EarshotError } from '@earshot/model';
import {
  decodeStreamEventsRequest,
  eventFromWire,
  type StreamEventsResponse,
  sequenceOf,
  type WireConversationEvent,
} from '@earshot/wire';
import type { Acceptor } from './accept-event.js';
import { type Refusal, refusalOf, refuse } from './domain/refusal.js';
import { toResult } from './event-result.js';
import { senderOf } from './sender.js';

/** A request of the stream; one that cannot be read keeps its sequence if that much is legible. */
export type StreamItem = { sequence: number | undefined; event: WireConversationEvent } | UnreadableItem;
interface UnreadableItem {
  sequence: number | undefined;
  event?: undefined;
  refusal: Refusal;
}

/** Never throws: a broken event is refused by its sequence, and the stream goes on. */
export function readStreamItem(bytes: Uint8Array): StreamItem {
  try {
    const { sequence, event } = decodeStreamEventsRequest(bytes);
    if (event) return { sequence, event };
    return { sequence, refusal: refuse('invalid', 'event: is missing') };
  } catch (thrown) {
    return { sequence: sequenceOf(bytes), refusal: refusalOf(thrown) };
  }
}

/** `window`: events of one stream that may wait for the log; beyond it the sender is not read from. */
export function onStream(acceptor: Acceptor, window: number) {
  return async function streamEvents(
    stream: MessageStream<StreamItem, StreamEventsResponse>,
    context: CallContext,
  ): Promise<void> {
    const sender = senderOf(context);
    let inFlight = 0;
    let wake = () => {};

    async function answer(item: StreamItem, sequence: number): Promise<void> {
      const outcome = item.event ? await acceptWire(acceptor, item.event, sender) : acceptor.refused('', item.refusal);
      await stream.send({ sequence, result: toResult(outcome) });
      inFlight -= 1;
      wake();
    }
    const until = async (limit: number) => {
      while (inFlight > limit) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };

    for await (const item of stream.messages) {
      if (item.sequence === undefined) {
        acceptor.refused('', refuse('undecodable', 'unreadable'));
        await until(0);
        throw new EarshotError('undecodable', 'a message of the stream is not readable, not even its sequence');
      }
      inFlight += 1;
      // Never rejects: accepting answers with a value and sending to somebody who has gone resolves.
      void answer(item, item.sequence);
      await until(window - 1);
    }
    await until(0);
  };
}

/** Words the model does not know (roles, channels) are refused here, by the wire's own mapping. */
export async function acceptWire(acceptor: Acceptor, wire: WireConversationEvent, sender: ReturnType<typeof senderOf>) {
  let event: ConversationEvent;
  try {
    event = eventFromWire(wire);
  } catch (thrown) {
    return acceptor.refused(wire.eventId, refusalOf(thrown));
  }
  return acceptor.accept(event, sender);
}
