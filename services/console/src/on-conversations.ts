import type { LogRecord } from '@earshot/log';
import { decodeConversationFact } from '@earshot/wire';
import { type ConsumerDeps, readable } from './on-alerts.js';

/** Keeps the rows and words that pages show; they are told of them with the next beat. */
export function onConversations({
  book,
  hub,
  ...rest
}: ConsumerDeps): (records: readonly LogRecord[]) => Promise<void> {
  return async function takeFacts(records) {
    for (const record of records) {
      const fact = readable(record, decodeConversationFact, rest);
      const change = fact && book.applyFact(fact, record.timestampMs);
      if (change) hub.take(change);
    }
    hub.flush();
  };
}
