import type { LogRecord } from '@earshot/log';
import { encodeConversationEvent } from '@earshot/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOW_MS, utterance } from '../testing/start-ingest.js';
import { MAX_RECORD_BYTES, readInbound } from './inbound-record.js';

const bytes = (text: string) => Buffer.from(text);
const WORDS = { kind: 'utterance', participantId: 'p1', role: 'customer', leg: 'a', segment: 0, text: '您好' };
const JSON_WORDS = { ...WORDS, startMs: NOW_MS - 2_000, endMs: NOW_MS - 1_000 };

function record(value: Uint8Array, headers: Record<string, string | Uint8Array> = {}, key = 'c1'): LogRecord {
  const said = Object.entries(headers).map(([name, of]) => [name, typeof of === 'string' ? bytes(of) : of] as const);
  return { topic: 't', partition: 0, offset: 4, key, value, timestampMs: 1, headers: new Map(said) };
}
const json = (value: unknown, headers = {}, key?: string) =>
  record(bytes(JSON.stringify(value)), { 'content-type': 'application/json', ...headers }, key);
const protobuf = (more = {}, headers = {}, key?: string) =>
  record(encodeConversationEvent({ ...utterance(0), ...more }), headers, key);
const read = (of: LogRecord) => readInbound(of, 'bank');
const codeOf = (of: LogRecord) => {
  const outcome = read(of);
  return outcome.ok ? 'ok' : outcome.code;
};

describe('a record of an inbound topic', () => {
  test('is protobuf where nothing else is said, and JSON where a header says so', () => {
    const event = { conversationId: 'c1', eventId: '', body: { kind: 'utterance', text: '您好', segment: 0 } };
    expect(read(protobuf())).toMatchObject({ ok: true, event });
    for (const type of ['application/x-protobuf', 'application/protobuf', 'application/vnd.google.protobuf; x=y']) {
      expect(read(protobuf({}, { 'content-type': type }))).toMatchObject({ ok: true, event });
    }
    for (const type of ['application/json', 'Application/JSON; charset=utf-8']) {
      expect(read(json(JSON_WORDS, { 'content-type': type }))).toMatchObject({ ok: true, event });
    }
    expect(read({ ...protobuf(), headers: undefined } as LogRecord)).toMatchObject({ ok: true });
  });

  test('belongs to the conversation that its key names, with or without its tenant', () => {
    for (const key of ['c1', 'bank|c1']) {
      const ids = [json(JSON_WORDS, {}, key), json({ ...JSON_WORDS, conversationId: 'c1' }, {}, key)].map(read);
      for (const one of [...ids, read(protobuf({}, {}, key)), read(protobuf({ conversationId: '' }, {}, key))]) {
        expect(one).toMatchObject({ ok: true, event: { conversationId: 'c1' } });
      }
    }
  });

  test('has its id and time from CloudEvents headers where it names none', () => {
    const ended = { kind: 'ended' };
    const ce = { ce_specversion: '1.0', ce_type: 'any', ce_time: '2026-05-01T10:00:00.250+01:00', ce_id: '7' };
    const atMs = Date.UTC(2026, 4, 1, 9, 0, 0, 250);
    expect(read(json(ended, ce))).toMatchObject({ event: { eventId: '7', atMs } });
    expect(read(json(ended, { ...ce, ce_source: '/pbx/1' }))).toMatchObject({ event: { eventId: '/pbx/1#7', atMs } });
    const own = { ...ended, eventId: 'mine', atMs: 5 };
    expect(read(json(own, ce))).toMatchObject({ event: { eventId: 'mine', atMs: 5 } });
    const body = { body: { kind: 'ended' }, atMs: 0 };
    expect(read(protobuf(body, ce))).toMatchObject({ event: { eventId: '7', atMs } });
    expect(read(protobuf({ ...body, eventId: 'mine', atMs: 5 }, ce))).toMatchObject({
      event: { eventId: 'mine', atMs: 5 },
    });
  });

  test('says by a header whether it was spoken', () => {
    expect(read(protobuf({}, { 'earshot-source': 'voice' }))).toMatchObject({ ok: true, source: 'voice' });
    expect(read(protobuf())).not.toHaveProperty('source');
  });

  test('may name its own tenant, and no other', () => {
    const ways = (tenant: string) => [
      json({ ...JSON_WORDS, tenant }),
      json(JSON_WORDS, { 'earshot-tenant': tenant }),
      protobuf({}, { ce_tenant: tenant }),
    ];
    expect(ways('bank').map(codeOf)).toEqual(['ok', 'ok', 'ok']);
    expect(ways('shop').map(codeOf)).toEqual(['tenant-mismatch', 'tenant-mismatch', 'tenant-mismatch']);
    expect(codeOf(json({ ...JSON_WORDS, tenant: 7 }))).toBe('tenant-mismatch');
    expect(codeOf(protobuf({}, {}, 'shop|c1'))).toBe('key-mismatch');
  });

  test.each<[string, LogRecord]>([
    ['record-empty', record(bytes(''))],
    ['record-too-large', record(new Uint8Array(MAX_RECORD_BYTES + 1))],
    ['key-missing', protobuf({}, {}, '')],
    ['key-invalid', protobuf({}, {}, bytes('a').toString() + Buffer.from([0xff]).toString())],
    ['key-mismatch', protobuf({}, {}, 'c2')],
    ['key-mismatch', json({ ...JSON_WORDS, conversationId: 'c2' })],
    ['undecodable', record(new Uint8Array([0x0a, 0x7f, 0x41]))],
    ['undecodable', record(bytes(JSON.stringify(JSON_WORDS)))],
    ['invalid', record(Buffer.from([0x0a, 0x02, 0x63, 0x31]))],
    ['content-type-unknown', json(JSON_WORDS, { 'content-type': 'application/cloudevents+json' })],
    ['content-type-unknown', json(JSON_WORDS, { 'content-type': '' })],
    ['header-invalid', protobuf({}, { ce_id: new Uint8Array([0xff]) })],
    ['header-invalid', protobuf({}, { ce_specversion: '2.0' })],
    ['time-invalid', protobuf({}, { ce_time: 'yesterday' })],
    ['source-unknown', protobuf({}, { 'earshot-source': 'email' })],
    ['json-broken', record(bytes('{"kind":'), { 'content-type': 'application/json' })],
    ['json-broken', json([JSON_WORDS])],
    ['json-broken', json(null)],
    ['json-duplicate-key', record(bytes('{"kind":"ended","kind":"ended"}'), { 'content-type': 'application/json' })],
    ['text-not-unicode', record(new Uint8Array([0x7b, 0xff, 0x7d]), { 'content-type': 'application/json' })],
    ['field-unknown', json({ ...JSON_WORDS, txt: 'x' })],
    ['field-invalid', json({ ...JSON_WORDS, conversationId: 7 })],
    ['kind-unknown', json({ ...JSON_WORDS, kind: 'spoken' })],
  ])('%s: refused by that code', (code, of) => {
    expect(codeOf(of)).toBe(code);
  });

  test('whatever its bytes, keys and headers are, it is read or refused', () => {
    const header = fc.record({
      'content-type': fc.constantFrom('application/json', 'application/x-protobuf', 'x'),
      ce_id: fc.string(),
      ce_time: fc.string(),
    });
    const given = fc.tuple(fc.uint8Array({ maxLength: 60 }), header, fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(given, ([value, headers, key]) => {
        const outcome = read(record(value, headers, key));
        if (!outcome.ok) expect(outcome.code).toMatch(/^[a-z-]+$/);
      }),
    );
  });
});
