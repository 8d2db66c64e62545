import { parseJson } from '@earshot/kit/http';
import type { Acceptor, EventOutcome, Sender } from './accept-event.js';
import { fromJson } from './domain/json-event.js';
import { type Refusal, refusalOf } from './domain/refusal.js';
import { batchTooLarge } from './on-batch.js';

/** A body as it was read: parsed events, or lines of which each is an event. */
export type PostBody = { lines: string[] } | { events: unknown[] };

export function toPostBody(contentType: string | undefined, body: unknown): PostBody {
  if (contentType?.startsWith('application/x-ndjson')) {
    return {
      lines: String(body)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    };
  }
  return { events: Array.isArray(body) ? body : [body] };
}

/** One outcome per event or line, in order. */
export function onPost(acceptor: Acceptor, maxEvents: number) {
  return async function postEvents(body: PostBody, conversationId: string, sender: Sender): Promise<EventOutcome[]> {
    const read =
      'lines' in body ? body.lines.map(readLine) : body.events.map((value) => ({ ok: true as const, value }));
    if (read.length > maxEvents) throw batchTooLarge(maxEvents);
    return Promise.all(
      read.map((item) => {
        const event = item.ok ? fromJson(item.value, conversationId) : item;
        return event.ok ? acceptor.accept(event.event, sender) : acceptor.refused('', event);
      }),
    );
  };
}

function readLine(line: string): { ok: true; value: unknown } | Refusal {
  try {
    return { ok: true, value: parseJson(line) };
  } catch (thrown) {
    return refusalOf(thrown);
  }
}
