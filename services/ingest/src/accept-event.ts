import type { Metrics } from '@earshot/kit';
import {
  type ConversationEvent,
  conversationKey,
  type RuleSetStamp,
  type Source,
  type Utterance,
} from '@earshot/model';
import type { Masker } from '@earshot/privacy';
import { encodeConversationFact, TOPICS } from '@earshot/wire';
import type { Ack, Appender } from './appender.js';
import { withEventId } from './domain/event-id.js';
import { maskEvent } from './domain/mask-event.js';
import { type Refusal, refusalOf } from './domain/refusal.js';
import { toFact } from './domain/to-fact.js';
import { validateEvent } from './domain/validate-event.js';

/** Who sends, and how: by credential and headers, never by payload. */
export interface Sender {
  tenant: string;
  /** Which credential; absent: none was shown, as by a topic, which is read at our own pace. */
  keyId?: string;
  source?: Source;
}

/** `eventId` is the one the sender gave, or the derived one. */
export type EventOutcome = { eventId: string } & ({ ok: true; ack: Ack } | Refusal);

export interface AcceptDeps {
  appender: Appender;
  masker(tenant: string): Masker;
  ruleSetStamp(tenant: string): RuleSetStamp | undefined;
  /** Epoch ms. */
  clock(): number;
  metrics: Metrics;
  /** Counts an event of this credential; throws `rate-limited` (retry) beyond its limit. Absent: there is none. */
  onEvent?(sender: Sender): void;
}

export interface Acceptor {
  /** The whole way of one event; the call itself (not its promise) fixes its place in the order. Never rejects. */
  accept(event: ConversationEvent, sender: Sender): Promise<EventOutcome>;
  /** An event that could not even be read; counted like every other. */
  refused(eventId: string, refusal: Refusal): EventOutcome;
  /** The same way in, with another last step to the log. */
  through(appender: Appender): Acceptor;
}

export function createAcceptor(deps: AcceptDeps): Acceptor {
  const { clock, metrics } = deps;
  const acknowledged = metrics.counter('earshot_ingest_acknowledged_total', 'Events that are durable');
  const refusals = metrics.counter('earshot_ingest_refused_total', 'Events that were not taken', ['code']);

  function refused(eventId: string, refusal: Refusal): EventOutcome {
    metrics.received();
    return counted(eventId, refusal);
  }

  function counted(eventId: string, refusal: Refusal): EventOutcome {
    metrics.notInspected('refused');
    refusals.inc({ code: refusal.code });
    return { eventId, ...refusal };
  }

  /** Everything up to the log, without waiting for anything. */
  function prepare(given: ConversationEvent, sender: Sender, receivedAtMs: number) {
    const validated = validateEvent(given, receivedAtMs);
    if (!validated.ok) return validated;
    const event = withEventId(maskEvent(validated.event, deps.masker(sender.tenant)));
    const { tenant, source } = sender;
    const fact = toFact(event, {
      tenant,
      ...(source && { source }),
      receivedAtMs,
      ruleSet: deps.ruleSetStamp(sender.tenant),
    });
    const entry = {
      topic: TOPICS.conversations,
      key: conversationKey(sender.tenant, event.conversationId),
      value: encodeConversationFact(fact),
    };
    return { ok: true as const, eventId: given.eventId || event.eventId, entry };
  }

  async function accept(given: ConversationEvent, sender: Sender, appender: Appender): Promise<EventOutcome> {
    const receivedAtMs = clock();
    metrics.received();
    try {
      deps.onEvent?.(sender);
      const prepared = prepare(given, sender, receivedAtMs);
      if (!prepared.ok) return counted(given.eventId, prepared);
      const ack = await appender.append(prepared.entry);
      acknowledged.inc();
      if (isFinalWord(given)) metrics.stage('spoken-received', (receivedAtMs - given.body.endMs) / 1000);
      metrics.stage('received-durable', (clock() - receivedAtMs) / 1000);
      return { ok: true, eventId: prepared.eventId, ack };
    } catch (thrown) {
      return counted(given.eventId, refusalOf(thrown));
    }
  }

  const through = (appender: Appender): Acceptor => ({
    accept: (event, sender) => accept(event, sender, appender),
    refused,
    through,
  });
  return through(deps.appender);
}

function isFinalWord(event: ConversationEvent): event is ConversationEvent & { body: Utterance } {
  return event.body.kind === 'utterance' && event.body.final;
}
