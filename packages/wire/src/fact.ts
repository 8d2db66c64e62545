import type { ConversationFact, EngineBody, EventBody, FactBody } from '@earshot/model';
import { defined, fromBytes, invalid, required, toBytes } from './codec.js';
import { engineFromWire, engineToWire } from './engine.js';
import { bodyFromWire, bodyToWire } from './event.js';
import * as pb from './gen/earshot/v1/fact.js';
import { sources } from './words.js';

export function encodeConversationFact(fact: ConversationFact): Uint8Array {
  return toBytes(pb.ConversationFact, factToWire(fact));
}

/** Throws `undecodable` or `invalid`. */
export function decodeConversationFact(bytes: Uint8Array): ConversationFact {
  return factFromWire(fromBytes(pb.ConversationFact, bytes));
}

export function factToWire(fact: ConversationFact): pb.ConversationFact {
  const { tenant, conversationId, eventId, atMs, receivedAtMs, ruleSet, body } = fact;
  const engine = isEngineBody(body) ? engineToWire(body) : undefined;
  const event = { conversationId, eventId, atMs, body: isEngineBody(body) ? undefined : bodyToWire(body) };
  return { tenant, event, receivedAtMs, source: sources.toWire(fact.source), ruleSet, engine };
}

export function factFromWire(fact: pb.ConversationFact): ConversationFact {
  const { tenant, receivedAtMs, ruleSet } = fact;
  const { conversationId, eventId, atMs, body } = required('fact.event', fact.event);
  return defined({
    tenant,
    conversationId,
    eventId,
    atMs,
    receivedAtMs,
    source: sources.fromWire('fact.source', fact.source),
    ruleSet,
    body: oneBody(body && bodyFromWire(body), fact.engine && engineFromWire(fact.engine)),
  });
}

function oneBody(event: EventBody | undefined, engine: EngineBody | undefined): FactBody {
  if (event && engine) throw invalid('fact.body', 'is both an event and an engine fact');
  return required('fact.body', event ?? engine);
}

function isEngineBody(body: FactBody): body is EngineBody {
  switch (body.kind) {
    case 'time-reached':
    case 'takeover':
    case 'checkpoint':
    case 'closed':
      return true;
    default:
      return false;
  }
}
