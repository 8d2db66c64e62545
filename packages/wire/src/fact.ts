import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { Amendment, ConversationFact, EngineBody, EventBody, FactBody } from '@earshot/model';
import { defined, fromBytes, invalid, required, toBytes } from './codec.js';
import { engineFromWire, engineToWire } from './engine.js';
import { bodyFromWire, bodyToWire } from './event.js';
import * as pb from './gen/earshot/v1/fact.js';
import { countFromWire, countToWire } from './history-count.js';
import { scoreBodyFromWire, scoreToWire } from './score.js';
import { sources } from './words.js';

export function encodeConversationFact(fact: ConversationFact): Uint8Array {
  return toBytes(pb.ConversationFact, factToWire(fact));
}

/** Throws `undecodable` or `invalid`. */
export function decodeConversationFact(bytes: Uint8Array): ConversationFact {
  return factFromWire(fromBytes(pb.ConversationFact, bytes));
}

/**
 * Whether these bytes may be a final utterance, without decoding them: for readers to whom most records say nothing.
 * True also for what cannot be read, so that decoding it says why.
 */
export function mayBeFinalUtterance(bytes: Uint8Array): boolean {
  try {
    const reader = new BinaryReader(bytes);
    const inside = (field: number, end: number) => (seek(reader, field, end) ? reader.uint32() + reader.pos : 0);
    const utteranceEnd = inside(FIELD.utterance, inside(FIELD.event, reader.len));
    return seek(reader, FIELD.final, utteranceEnd) && reader.bool();
  } catch {
    return true;
  }
}

/** Their numbers in fact.proto and event.proto. */
const FIELD = { event: 2, utterance: 13, final: 6 } as const;

function seek(reader: BinaryReader, wanted: number, end: number): boolean {
  while (reader.pos < end) {
    const [field, type] = reader.tag();
    if (field === wanted) return true;
    reader.skip(type, field);
  }
  return false;
}

export function factToWire(fact: ConversationFact): pb.ConversationFact {
  const { tenant, conversationId, eventId, atMs, receivedAtMs, ruleSet, body } = fact;
  const engine = isOwnBody(body) ? ownToWire(body) : undefined;
  const event = { conversationId, eventId, atMs, body: isOwnBody(body) ? undefined : bodyToWire(body) };
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
    body: oneBody(body && bodyFromWire(body), fact.engine && ownFromWire(fact.engine)),
  });
}

/** What the product itself wrote, rather than a contact centre. */
type OwnBody = EngineBody | Amendment;

function ownToWire(body: OwnBody): NonNullable<pb.ConversationFact['engine']> {
  if (body.kind === 'score') return { $case: 'score', score: scoreToWire(body) };
  return body.kind === 'history' ? { $case: 'history', history: countToWire(body) } : engineToWire(body);
}

function ownFromWire(body: NonNullable<pb.ConversationFact['engine']>): OwnBody {
  if (body.$case === 'score') return scoreBodyFromWire(body.score);
  return body.$case === 'history' ? { kind: 'history', ...countFromWire(body.history) } : engineFromWire(body);
}

function oneBody(event: EventBody | undefined, own: OwnBody | undefined): FactBody {
  if (event && own) throw invalid('fact.body', 'is both an event and an engine fact');
  return required('fact.body', event ?? own);
}

function isOwnBody(body: FactBody): body is OwnBody {
  switch (body.kind) {
    case 'time-reached':
    case 'takeover':
    case 'checkpoint':
    case 'closed':
    case 'score':
    case 'history':
      return true;
    default:
      return false;
  }
}
