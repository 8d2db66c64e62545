import {
  CALL_STEPS,
  CHANNELS,
  type ConversationFact,
  DIRECTIONS,
  type EventBody,
  type FactBody,
  PARTICIPANT_ROLES,
} from '@earshot/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeConversationEvent,
  decodeConversationFact,
  decodeRecordSnapshot,
  encodeConversationEvent,
  encodeConversationFact,
  encodeRecordSnapshot,
  loadRecord,
  mayBeFinalUtterance,
  RECORD_SCHEMAS,
  saveRecord,
} from '../src/index.js';
import { snapshot } from './samples.js';

// Whole code points: a lone surrogate has no UTF-8 and is refused at the door.
const text = fc.string({ unit: 'binary' });
const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const small = fc.integer({ min: 0, max: 0x7fffffff });
const real = fc.double({ noNaN: true }).map((value) => value + 0);
const fields = fc.dictionary(text, text, { noNullPrototype: true });

function record<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

/** Optional keys are absent or set, never present with undefined. */
function shape<T extends object, O extends object>(
  required: { [K in keyof T]: fc.Arbitrary<T[K]> },
  optional: { [K in keyof O]: fc.Arbitrary<O[K]> },
): fc.Arbitrary<T & Partial<O>> {
  return fc
    .tuple(record(required), fc.record(optional, { requiredKeys: [], noNullPrototype: true }))
    .map(([a, b]) => ({ ...a, ...b }) as T & Partial<O>);
}

const role = fc.constantFrom(...PARTICIPANT_ROLES);

const eventBody: fc.Arbitrary<EventBody> = fc.oneof(
  shape(
    {
      kind: fc.constant('started' as const),
      channel: fc.constantFrom(...CHANNELS),
      direction: fc.constantFrom(...DIRECTIONS),
      externalIds: fields,
    },
    { businessLine: text, queue: text, skillGroup: text, customerKey: text, recordingNoticeGiven: fc.boolean() },
  ),
  shape(
    { kind: fc.constant('participant-joined' as const), participantId: text, role, leg: text },
    { staffNumber: text },
  ),
  record({ kind: fc.constant('participant-left' as const), participantId: text }),
  shape(
    {
      kind: fc.constant('utterance' as const),
      participantId: text,
      role,
      leg: text,
      segment: whole,
      revision: small,
      final: fc.boolean(),
      text,
      startMs: whole,
      endMs: whole,
    },
    { language: text },
  ),
  record({ kind: fc.constant('utterance-withdrawn' as const), leg: text, segment: whole }),
  shape(
    { kind: fc.constant('call-progress' as const), step: fc.constantFrom(...CALL_STEPS) },
    { participantId: text, target: text },
  ),
  shape({ kind: fc.constant('rating' as const), score: real, scale: real }, { comment: text }),
  record({ kind: fc.constant('metadata' as const), fields }),
  shape({ kind: fc.constant('ended' as const) }, { reason: text }),
);

const engineBody: fc.Arbitrary<FactBody> = fc.oneof(
  record({ kind: fc.constant('time-reached' as const), reachedMs: whole }),
  record({ kind: fc.constant('takeover' as const), service: text, owner: text, engine: text }),
  record({
    kind: fc.constant('checkpoint' as const),
    service: text,
    schema: small,
    birthOffset: whole,
    asOf: whole,
    lastOffset: whole,
    lastLogMs: whole,
    state: fc.uint8Array(),
  }),
  record({ kind: fc.constant('closed' as const), lastOffset: whole }),
  record({
    kind: fc.constant('score' as const),
    leg: text,
    segment: whole,
    revision: small,
    model: text,
    scores: record({ negative: real, neutral: real, positive: real, anger: real, offensive: real }),
  }),
);

const fact: fc.Arbitrary<ConversationFact> = shape(
  {
    tenant: text,
    conversationId: text,
    eventId: text,
    atMs: whole,
    receivedAtMs: whole,
    source: fc.constantFrom('voice' as const, 'text' as const),
    body: fc.oneof(eventBody, engineBody),
  },
  { ruleSet: record({ epoch: whole, hash: text, appliesToRunning: fc.boolean() }) },
);

test('any event comes back as it was', () => {
  const event = record({ conversationId: text, eventId: text, atMs: whole, body: eventBody });
  fc.assert(
    fc.property(event, (value) => {
      expect(decodeConversationEvent(encodeConversationEvent(value))).toStrictEqual(value);
    }),
    { numRuns: 500 },
  );
});

test('any fact comes back as it was', () => {
  fc.assert(
    fc.property(fact, (value) => {
      expect(decodeConversationFact(encodeConversationFact(value))).toStrictEqual(value);
    }),
    { numRuns: 500 },
  );
});

test('a final utterance is told from its bytes as decoding tells it', () => {
  const isFinal = ({ body }: ConversationFact) => body.kind === 'utterance' && body.final;
  fc.assert(
    fc.property(fact, fc.nat(), (value, cut) => {
      const bytes = encodeConversationFact(value);
      expect(mayBeFinalUtterance(bytes)).toBe(isFinal(value));
      const broken = bytes.subarray(0, cut % bytes.length);
      if (!mayBeFinalUtterance(broken)) expect(readable(broken) && isFinal(value)).toBeFalsy();
    }),
    { numRuns: 500 },
  );
});

function readable(bytes: Uint8Array): boolean {
  try {
    return decodeConversationFact(bytes) !== undefined;
  } catch {
    return false;
  }
}

test('what is decoded does not change when the buffer it came from is used again', () => {
  const state = new Uint8Array([1, 2, 3]);
  const bytes = encodeConversationFact({
    tenant: 't',
    conversationId: 'c',
    eventId: 'e',
    atMs: 1,
    receivedAtMs: 0,
    source: 'text',
    body: { kind: 'checkpoint', service: 's', schema: 1, birthOffset: 0, asOf: 0, lastOffset: 0, lastLogMs: 0, state },
  });
  const { body } = decodeConversationFact(bytes);
  bytes.fill(0);
  expect(body).toMatchObject({ state });
});

test('equal records give equal bytes, whatever order their maps were filled in', () => {
  const one = snapshot.record.utterances.get('u:c:3');
  if (!one) throw new Error('sample changed');
  const later = { ...one, segment: 4, startMs: 9 };
  const other = { ...one, leg: 'a' };
  const entries = [one, later, other].map((it) => [`u:${it.leg}:${it.segment}`, it] as const);
  const make = (order: typeof entries, fieldOrder: string[]) =>
    encodeRecordSnapshot({
      ...snapshot,
      record: {
        ...snapshot.record,
        utterances: new Map(order),
        fields: Object.fromEntries(fieldOrder.map((key) => [key, key])),
      },
      seenEvents: new Map(fieldOrder.map((key) => [key, key])),
    });
  const forward = make(entries, ['x', 'y', 'z']);
  expect(make([...entries].reverse(), ['z', 'x', 'y'])).toEqual(forward);
  expect([...decodeRecordSnapshot(forward).record.utterances.keys()]).toEqual(['u:a:3', 'u:c:3', 'u:c:4']);
});

test('a checkpoint is read back in either schema, and refused in another or if it does not unpack', () => {
  const state = saveRecord(snapshot);
  expect(loadRecord(state, RECORD_SCHEMAS[0])).toEqual(snapshot);
  expect(loadRecord(encodeRecordSnapshot(snapshot), 1)).toEqual(snapshot);
  for (const [bytes, schema] of [
    [state, 9],
    [state.subarray(0, state.length - 3), RECORD_SCHEMAS[0]],
  ] as const)
    expect(() => loadRecord(bytes, schema)).toThrowError(expect.objectContaining({ code: 'undecodable' }));
});
