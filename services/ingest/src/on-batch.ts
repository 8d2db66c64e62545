import { kindOf } from '@earshot/kit';
import { type CallContext, DetailedError } from '@earshot/kit/grpc';
import { EarshotError } from '@earshot/model';
import { type AppendEventsRequest, type AppendEventsResponse, retryInfo } from '@earshot/wire';
import type { Acceptor, EventOutcome } from './accept-event.js';
import { asError, type Refusal } from './domain/refusal.js';
import { toResult } from './event-result.js';
import { acceptWire } from './on-stream.js';
import { senderOf } from './sender.js';

/** One result per event, in order. Where there was no room for any of them, the call as a whole says so. */
export function onBatch(acceptor: Acceptor, maxEvents: number) {
  return async function appendEvents(
    request: AppendEventsRequest,
    context: CallContext,
  ): Promise<AppendEventsResponse> {
    if (request.events.length > maxEvents) throw batchTooLarge(maxEvents);
    const sender = senderOf(context);
    const outcomes = await Promise.all(request.events.map((event) => acceptWire(acceptor, event, sender)));
    const [first] = outcomes;
    if (first && !first.ok && outcomes.every(hadNoRoom)) throw noRoom(first);
    return { results: outcomes.map(toResult) };
  };
}

function hadNoRoom(outcome: EventOutcome): boolean {
  return !outcome.ok && kindOf(asError(outcome)) === 'exhausted';
}

/** RESOURCE_EXHAUSTED, with the standard hint when to come back. */
function noRoom({ code, message, retry, retryAfterMs }: Refusal): DetailedError {
  return new DetailedError(code, message, retryAfterMs === undefined ? [] : [retryInfo(retryAfterMs)], { retry });
}

export function batchTooLarge(maxEvents: number): EarshotError {
  return new EarshotError('batch-too-large', `at most ${maxEvents} events at once`, { detail: { maxEvents } });
}
