import type { CallContext } from '@earshot/kit/grpc';
import { EarshotError } from '@earshot/model';
import type { AppendEventsRequest, AppendEventsResponse } from '@earshot/wire';
import type { Acceptor } from './accept-event.js';
import { toResult } from './event-result.js';
import { acceptWire } from './on-stream.js';
import { senderOf } from './sender.js';

/** One result per event, in order. */
export function onBatch(acceptor: Acceptor, maxEvents: number) {
  return async function appendEvents(
    request: AppendEventsRequest,
    context: CallContext,
  ): Promise<AppendEventsResponse> {
    if (request.events.length > maxEvents) throw batchTooLarge(maxEvents);
    const sender = senderOf(context);
    const outcomes = await Promise.all(request.events.map((event) => acceptWire(acceptor, event, sender)));
    return { results: outcomes.map(toResult) };
  };
}

export function batchTooLarge(maxEvents: number): EarshotError {
  return new EarshotError('batch-too-large', `at most ${maxEvents} events at once`, { detail: { maxEvents } });
}
