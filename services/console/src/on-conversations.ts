import type { LogRecord } from '@earshot/log';
import type { ConversationFact } from '@earshot/model';
import { decodeConversationFact, loadRecord } from '@earshot/wire';
import { type ConsumerDeps, readable } from './on-alerts.js';
import type { Pace } from './pace.js';

type Checkpoint = Extract<ConversationFact['body'], { kind: 'checkpoint' }>;

/** Whose checkpoints hold the record of a conversation; also its consumer group. */
export const RECORD_KEEPER = 'rule-engine';

/** Keeps the rows and words that pages show; they are told of them with the next beat. */
export function onConversations({
  book,
  hub,
  pace,
  ...rest
}: ConsumerDeps & { pace: Pace }): (records: readonly LogRecord[]) => Promise<void> {
  /** What began before the first record that was read here stands whole in the checkpoint of the rule engine. */
  function restored(
    { service, schema, state }: Checkpoint,
    { tenant, conversationId }: ConversationFact,
    record: LogRecord,
  ) {
    if (service !== RECORD_KEEPER || book.find(tenant, conversationId)?.facts?.whole) return undefined;
    const snapshot = readable({ ...record, value: state }, (bytes) => loadRecord(bytes, schema), rest);
    return snapshot && book.applyRecord(snapshot.record, record.timestampMs, snapshot);
  }

  return async function takeFacts(records) {
    const beganMs = performance.now();
    for (const record of records) {
      const fact = readable(record, decodeConversationFact, rest);
      if (!fact) continue;
      const change =
        fact.body.kind === 'checkpoint' ? restored(fact.body, fact, record) : book.applyFact(fact, record.timestampMs);
      if (change) hub.take(change);
    }
    hub.flush();
    await pace.rest(performance.now() - beganMs);
  };
}
