import type { ConversationEvent } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { event, NOW_MS, utterance } from '../testing/start-ingest.js';
import { EVENT_LIMITS } from './limits.js';
import { validateEvent } from './validate-event.js';

const DAY_MS = 24 * 3_600_000;
const started = { kind: 'started', channel: 'voice', direction: 'inbound', externalIds: {} } as const;
const many = Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`k${n}`, 'v']));

const good: [string, ConversationEvent][] = [
  ['8 KB of text exactly', utterance(0, `${'好'.repeat(2730)}ab`)],
  ['an utterance of no length and no words', utterance(0, '', { startMs: NOW_MS, endMs: NOW_MS })],
  ['emoji and rare characters', utterance(0, '𠮷😀')],
  ['an id in Chinese', event({ kind: 'ended' }, { conversationId: '通话-01' })],
  ['23 hours ahead', event({ kind: 'ended' }, { atMs: NOW_MS + 23 * 3_600_000 })],
  ['a call of ten years ago', event({ kind: 'ended' }, { atMs: NOW_MS - 3650 * DAY_MS })],
  ['a rating of 0 out of 5', event({ kind: 'rating', score: 0, scale: 5 })],
  [
    'an agent with a staff number',
    event({ kind: 'participant-joined', participantId: 'a', role: 'agent', staffNumber: '1001', leg: 'a' }),
  ],
  ['a queue with a space in its name', event({ ...started, queue: 'VIP 一线' })],
];

const bad: [string, ConversationEvent, string][] = [
  ['one byte over 8 KB', utterance(0, `${'好'.repeat(2730)}abc`), 'text-too-long'],
  ['a lone surrogate', utterance(0, 'canary\ud800'), 'text-not-unicode'],
  [
    'a lone surrogate in a comment',
    event({ kind: 'rating', score: 1, scale: 5, comment: '\udc00' }),
    'text-not-unicode',
  ],
  ['no conversation', event({ kind: 'ended' }, { conversationId: '' }), 'id-missing'],
  ['a conversation id of 129 characters', event({ kind: 'ended' }, { conversationId: 'x'.repeat(129) }), 'id-too-long'],
  ['a space in an id', event({ kind: 'ended' }, { conversationId: 'a b' }), 'id-invalid'],
  ['a line break in an id', event({ kind: 'ended' }, { eventId: 'a\nb' }), 'id-invalid'],
  ['an invisible character in an id', event({ kind: 'ended' }, { conversationId: 'a\u200bb' }), 'id-invalid'],
  ['a lone surrogate in an id', event({ kind: 'ended' }, { conversationId: 'a\ud800' }), 'id-invalid'],
  ['no leg', utterance(0, 'x', { leg: '' }), 'id-missing'],
  ['a negative segment', utterance(-1), 'number-out-of-range'],
  ['half a segment', utterance(0.5), 'number-out-of-range'],
  ['a segment beyond all calls', utterance(EVENT_LIMITS.segmentMax + 1), 'number-out-of-range'],
  ['a negative revision', utterance(0, 'x', { revision: -1 }), 'number-out-of-range'],
  ['25 hours ahead', event({ kind: 'ended' }, { atMs: NOW_MS + 25 * 3_600_000 }), 'time-too-far'],
  ['words that end tomorrow night', utterance(0, 'x', { endMs: NOW_MS + 25 * 3_600_000 }), 'time-too-far'],
  ['seconds instead of milliseconds', event({ kind: 'ended' }, { atMs: NOW_MS / 1000 }), 'time-too-early'],
  ['no time', event({ kind: 'ended' }, { atMs: 0 }), 'time-too-early'],
  ['a time that is no number', event({ kind: 'ended' }, { atMs: Number.NaN }), 'time-invalid'],
  ['an end before its start', utterance(0, 'x', { startMs: NOW_MS, endMs: NOW_MS - 1 }), 'time-reversed'],
  ['an utterance of two days', utterance(0, 'x', { startMs: NOW_MS - 2 * DAY_MS }), 'time-too-far'],
  ['a language of words', utterance(0, 'x', { language: 'the usual' }), 'language-invalid'],
  ['33 external ids', event({ ...started, externalIds: many }), 'map-too-large'],
  ['33 fields', event({ kind: 'metadata', fields: many }), 'map-too-large'],
  ['a field of 1,025 characters', event({ kind: 'metadata', fields: { k: 'x'.repeat(1025) } }), 'map-value-too-long'],
  ['a field name of 65 characters', event({ kind: 'metadata', fields: { ['k'.repeat(65)]: 'x' } }), 'name-too-long'],
  ['a queue name of 129 characters', event({ ...started, queue: 'x'.repeat(129) }), 'name-too-long'],
  [
    'a customer with a staff number',
    event({ kind: 'participant-joined', participantId: 'c', role: 'customer', staffNumber: '1', leg: 'a' }),
    'staff-number-misplaced',
  ],
  ['six stars of five', event({ kind: 'rating', score: 6, scale: 5 }), 'number-out-of-range'],
  ['a scale of nothing', event({ kind: 'rating', score: 0, scale: 0 }), 'number-out-of-range'],
  ['a rating without end', event({ kind: 'rating', score: 1, scale: Number.POSITIVE_INFINITY }), 'number-out-of-range'],
];

describe('what may go on the log', () => {
  test.each(good)('%s is taken', (_title, given) => {
    expect(validateEvent(given, NOW_MS)).toMatchObject({ ok: true });
  });

  test.each(bad)('%s is refused by its code, without quoting it', (_title, given, code) => {
    const refusal = validateEvent(given, NOW_MS);
    expect(refusal).toMatchObject({ ok: false, code, retry: false });
    expect(JSON.stringify(refusal)).not.toContain('canary');
  });

  test('the time of an utterance is the end of its words, whatever was said beside it', () => {
    const given = { ...utterance(0), atMs: 0 };
    expect(validateEvent(given, NOW_MS)).toMatchObject({ ok: true, event: { atMs: NOW_MS - 1_000 } });
  });
});
