import { EarshotError } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { alertToWire } from '../src/alert.js';
import { toBytes } from '../src/codec.js';
import { findingToWire, standingToWire } from '../src/finding.js';
import * as alertPb from '../src/gen/earshot/v1/alert.js';
import * as casePb from '../src/gen/earshot/v1/case.js';
import * as eventPb from '../src/gen/earshot/v1/event.js';
import * as factPb from '../src/gen/earshot/v1/fact.js';
import * as findingPb from '../src/gen/earshot/v1/finding.js';
import * as recordPb from '../src/gen/earshot/v1/record.js';
import * as wire from '../src/index.js';
import { GOLDEN } from './catalogue.js';
import * as samples from './samples.js';

function failure(act: () => unknown): { code: string; field?: unknown } {
  try {
    act();
  } catch (error) {
    if (!(error instanceof EarshotError)) throw error;
    return { code: error.code, field: error.detail.field };
  }
  return { code: 'no error' };
}

const UNKNOWN = 99;
const utterance = () =>
  factPb.ConversationFact.decode(wire.encodeConversationFact(samples.factOf(samples.bodies.utterance)));

describe('a word that this version does not know is refused with its field, never guessed', () => {
  const event = (body: eventPb.ConversationEvent['body']) =>
    wire.decodeConversationEvent(
      toBytes(eventPb.ConversationEvent, { conversationId: 'c', eventId: '', atMs: 0, body }),
    );
  const started = { channel: 1, direction: 1, externalIds: new Map<string, string>() };
  const wireAlert = alertToWire(samples.alert);
  const alert = (change: object) => wire.decodeAlert(toBytes(alertPb.Alert, { ...wireAlert, ...change }));
  const wireFinding = findingToWire(samples.finding);
  const finding = (change: object) => wire.decodeFinding(toBytes(findingPb.Finding, { ...wireFinding, ...change }));

  test.each<[string, (value: number) => unknown]>([
    ['started.channel', (channel) => event({ $case: 'started', started: { ...started, channel } })],
    ['started.direction', (direction) => event({ $case: 'started', started: { ...started, direction } })],
    [
      'participant_joined.role',
      (role) => event({ $case: 'participantJoined', participantJoined: { participantId: 'p', role, leg: '' } }),
    ],
    ['call_progress.step', (step) => event({ $case: 'callProgress', callProgress: { step } })],
    ['fact.source', (source) => wire.factFromWire({ ...utterance(), source })],
    ['finding.severity', (severity) => finding({ severity })],
    ['finding.role', (role) => finding({ role })],
    ['finding.evidence.role', (role) => finding({ evidence: [{ ...wireFinding.evidence[0], role }] })],
    ['summary.channel', (channel) => alert({ summary: { ...wireAlert.summary, channel } })],
    ['alert.state', (state) => alert({ state })],
    ['alert.outcome', (outcome) => alert({ outcome })],
  ])('%s', (field, decode) => {
    expect(failure(() => decode(UNKNOWN))).toEqual({ code: 'invalid', field });
    expect(failure(() => decode(0))).toEqual({ code: 'invalid', field });
  });
});

describe('a message without its content is refused', () => {
  test.each<[string, () => unknown]>([
    ['event.body', () => wire.eventFromWire({ conversationId: 'c', eventId: '', atMs: 0, body: undefined })],
    ['fact.event', () => wire.decodeConversationFact(new Uint8Array())],
    [
      'fact.body',
      () =>
        wire.factFromWire({
          ...utterance(),
          event: { ...wire.eventToWire(samples.eventOf(samples.bodies.ended)), body: undefined },
        }),
    ],
    ['case.body', () => wire.decodeCaseFact(new Uint8Array())],
    ['alert_record.body', () => wire.decodeAlertRecord(new Uint8Array())],
    ['control.content', () => wire.decodeControlRecord(new Uint8Array())],
    ['record.channel', () => wire.decodeRecordSnapshot(new Uint8Array())],
    [
      'alert.finding',
      () => wire.decodeAlert(toBytes(alertPb.Alert, { ...alertToWire(samples.alert), finding: undefined })),
    ],
    [
      'alert.version',
      () => wire.decodeAlert(toBytes(alertPb.Alert, { ...alertToWire(samples.alert), version: undefined })),
    ],
    [
      'standing.summary',
      () =>
        wire.decodeStandingSet(
          toBytes(findingPb.StandingSet, { ...standingToWire(samples.standing), summary: undefined }),
        ),
    ],
    [
      'alert_fold_state.entries.alert',
      () =>
        wire.decodeAlertFoldState(
          toBytes(alertPb.AlertFoldState, {
            ...alertPb.AlertFoldState.decode(wire.encodeAlertFoldState(samples.foldState)),
            entries: [{ life: 1, alert: undefined, silent: false }],
          }),
        ),
    ],
    [
      'action.action',
      () =>
        wire.decodeCaseFact(
          toBytes(casePb.CaseFact, {
            tenant: 't',
            conversationId: 'c',
            body: {
              $case: 'action',
              action: { alertId: '', actionId: '', by: '', atMs: 0, controlEpoch: 0, action: undefined },
            },
          }),
        ),
    ],
  ])('%s', (field, decode) => {
    expect(failure(decode)).toEqual({ code: 'invalid', field });
  });
});

describe('a message that contradicts itself is refused', () => {
  test('a fact that is both an event and an engine fact', () => {
    const engine = { $case: 'closed', closed: { lastOffset: 1 } } as const;
    expect(failure(() => wire.factFromWire({ ...utterance(), engine }))).toEqual({
      code: 'invalid',
      field: 'fact.body',
    });
  });

  test('findings or actions filed under another conversation, on the way out and on the way in', () => {
    const set = { ...samples.standing, conversationId: 'call-8' };
    const fact = { tenant: set.tenant, conversationId: 'call-7', body: { kind: 'standing' as const, set } };
    const bytes = toBytes(casePb.CaseFact, { ...fact, body: { $case: 'standing', standing: standingToWire(set) } });
    expect(failure(() => wire.encodeCaseFact(fact))).toEqual({ code: 'invalid', field: 'case.standing' });
    expect(failure(() => wire.decodeCaseFact(bytes))).toEqual({ code: 'invalid', field: 'case.standing' });
  });

  test('a record that holds one segment twice', () => {
    const record = recordPb.ConversationRecord.decode(wire.encodeRecordSnapshot(samples.snapshot));
    const twice = { ...record, utterances: [...record.utterances, ...record.utterances] };
    expect(failure(() => wire.decodeRecordSnapshot(toBytes(recordPb.ConversationRecord, twice)))).toEqual({
      code: 'invalid',
      field: 'record.utterances',
    });
  });
});

describe('bytes that are no message', () => {
  const domain = [...GOLDEN].filter(([name]) => !name.startsWith('ingest/'));

  test.each(domain)(
    'cut short anywhere or flipped anywhere, %s is refused with a code or is another valid value',
    (_, golden) => {
      const whole = golden.bytes();
      for (let at = 0; at < whole.length; at += 1) {
        const flipped = new Uint8Array(whole);
        flipped[at] = (flipped[at] ?? 0) ^ 0xff;
        for (const bytes of [whole.subarray(0, at), flipped]) {
          expect(['undecodable', 'invalid', 'no error']).toContain(failure(() => golden.decode(bytes)).code);
        }
      }
    },
  );

  test('a length beyond the end, a number beyond 2^53 and broken UTF-8 are undecodable', () => {
    const long = new Uint8Array([0x0a, 0x7f, 0x61]);
    const huge = wire.encodeDeadLetter({ ...samples.deadLetter, offset: 0 });
    const number = new Uint8Array([...huge, 0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    const text = new Uint8Array([0x0a, 0x02, 0xc3, 0x28]);
    for (const bytes of [long, number, text]) {
      expect(failure(() => wire.decodeDeadLetter(bytes)).code).toBe('undecodable');
    }
  });

  test('a value the wire cannot carry is refused when it is written', () => {
    expect(failure(() => wire.encodeDeadLetter({ ...samples.deadLetter, offset: 1.5 })).code).toBe('invalid');
    expect(failure(() => wire.encodeDeadLetter({ ...samples.deadLetter, atMs: Number.NaN })).code).toBe('invalid');
    expect(failure(() => wire.encodeDeadLetter({ ...samples.deadLetter, offset: 2 ** 60 })).code).toBe('invalid');
    expect(failure(() => wire.encodeDeadLetter({ ...samples.deadLetter, partition: 2 ** 40 })).code).toBe('invalid');
    expect(failure(() => wire.encodeDeadLetter({ ...samples.deadLetter, key: 'x\ud83d' })).code).toBe('invalid');
  });
});
