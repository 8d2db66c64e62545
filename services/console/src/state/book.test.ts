import { describe, expect, test } from 'vitest';
import { alertOf, call, fact, said } from '../../test/support/records.js';
import { createAccess } from '../access.js';
import { createBook } from './book.js';
import { linesOf, rowOf } from './conversation.js';
import { evict, type KeepLimits } from './evict.js';

const access = createAccess({ people: () => undefined });
const LIMITS: KeepLimits = {
  afterEndMs: 600_000,
  idleMs: 3_600_000,
  alertsMs: 86_400_000,
  rows: 100,
  alerts: 100,
  transcriptUnits: 1_000_000,
};

function bookOf(keepLines = 500) {
  const book = createBook(access, { keepLines, partitions: 1 });
  book.begin([0]);
  const hear = (...facts: ReturnType<typeof fact>[]) => facts.map((one) => book.applyFact(one, one.atMs));
  const held = () => {
    const [conversation] = book.conversations.values();
    if (!conversation) throw new Error('nothing held');
    return conversation;
  };
  return { book, hear, held };
}

describe('the words that a page shows', () => {
  test.each([
    [
      'the highest revision while nothing is final',
      [
        [0, false, 'a'],
        [2, false, 'c'],
        [1, false, 'b'],
      ],
      'c',
    ],
    [
      'a final over any partial',
      [
        [5, false, 'partial'],
        [3, true, 'final'],
        [6, false, 'late'],
      ],
      'final',
    ],
    [
      'the highest final',
      [
        [3, true, 'first'],
        [4, true, 'corrected'],
        [3, true, 'again'],
      ],
      'corrected',
    ],
  ] as [string, [number, boolean, string][], string][])(
    '%s decides, in whatever order they come',
    (_title, revisions, text) => {
      for (const order of [revisions, [...revisions].reverse()]) {
        const { hear, held } = bookOf();
        hear(...order.map(([revision, final, words]) => said('c1', 0, words, { revision, final })));
        expect(linesOf(held()).map((line) => line.text)).toEqual([text]);
        expect(rowOf(held())?.utterances).toBe(1);
      }
    },
  );

  test('a final of a lower revision than the partial before it makes the page start over', () => {
    const { hear } = bookOf();
    const [, change] = hear(
      said('c1', 0, 'partial', { revision: 5, final: false }),
      said('c1', 0, 'final', { revision: 3 }),
    );
    expect(change?.lines).toBe('all');
  });

  test('what was withdrawn is marked and not counted, also if it comes before its words', () => {
    const { hear, held } = bookOf();
    hear(said('c1', 0, 'a'), said('c1', 1, 'b'));
    hear(
      fact('c1', { kind: 'utterance-withdrawn', leg: 'c', segment: 1 }),
      fact('c1', { kind: 'utterance-withdrawn', leg: 'c', segment: 2 }),
    );
    hear(said('c1', 1, 'b', { revision: 9 }), said('c1', 2, 'never'));
    expect(linesOf(held()).map((line) => [line.segment, line.withdrawn])).toEqual([
      [0, false],
      [1, true],
    ]);
    expect(rowOf(held())?.utterances).toBe(1);
  });

  test('hit words are marked on the revision they were found in, until the finding is gone', () => {
    const { book, hear, held } = bookOf();
    hear(...call('c1', ['a1']), said('c1', 0, '我要去投诉'));
    const tell = (version: number, state: 'raised' | 'retracted') =>
      book.applyAlert(
        { kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version, state }) },
        { partition: 0, offset: version, timestampMs: 1 },
      );
    expect(tell(1, 'raised')?.lines).toEqual(['u:c:0']);
    expect(linesOf(held())[0]?.hits).toHaveLength(1);
    expect(tell(2, 'retracted')?.lines).toEqual(['u:c:0']);
    expect(linesOf(held())[0]?.hits).toEqual([]);
    tell(3, 'raised');
    hear(said('c1', 0, '我要去投诉了', { revision: 1 }));
    expect(linesOf(held())[0]?.hits).toEqual([]);
  });

  test('only the last lines are kept, all are counted, and a repeat of a dropped one stays away', () => {
    const { hear, held } = bookOf(3);
    hear(...Array.from({ length: 10 }, (_, n) => said('c1', n, `${n}`)), said('c1', 0, '0'));
    expect(linesOf(held()).map((line) => line.text)).toEqual(['7', '8', '9']);
    expect(rowOf(held())?.utterances).toBe(10);
  });

  test('a field named __proto__ is a field like any other', () => {
    const { hear, held } = bookOf();
    hear(
      ...call('c1', ['a1'], 'bank', JSON.parse('{"__proto__":"x"}')),
      fact('c1', { kind: 'metadata', fields: JSON.parse('{"__proto__":"y"}') }),
    );
    expect(JSON.stringify(rowOf(held())?.externalIds)).toBe('{"__proto__":"x"}');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('the alerts that stand', () => {
  test('a repeat or an older state, as a second owner may write it, is told to nobody', () => {
    const { book, held } = bookOf();
    const tell = (version: number, offset: number, state: 'raised' | 'claimed') =>
      book.applyAlert(
        { kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version, state }) },
        { partition: 0, offset, timestampMs: offset },
      );
    expect(tell(5, 1, 'claimed')?.alerts).toEqual(['x']);
    expect([tell(5, 2, 'claimed'), tell(4, 3, 'raised')]).toEqual([undefined, undefined]);
    expect(held().board.held.get('x')?.alert).toMatchObject({ state: 'claimed', version: { offset: 5 } });
  });
});

describe('what is let go', () => {
  test('a row ten minutes after the end or an hour after the last word, but not under an open alert', () => {
    const { book, hear } = bookOf();
    const now = Date.now();
    hear(
      ...call('ended', []),
      fact('ended', { kind: 'ended' }),
      ...call('idle', []),
      ...call('watched', []),
      ...call('running', []),
    );
    book.applyAlert(
      { kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'watched', version: 1 }) },
      { partition: 0, offset: 1, timestampMs: now },
    );
    expect(evict(book, now + 500_000, LIMITS).map((one) => one.id)).toEqual([]);
    expect(evict(book, now + 700_000, LIMITS).map((one) => one.id)).toEqual(['ended']);
    hear(said('running', 0, 'x'));
    const running = book.find('bank', 'running');
    if (running) running.lastLogMs = now + 3_000_000;
    expect(evict(book, now + 4_000_000, LIMITS).map((one) => one.id)).toEqual(['idle']);
    // A late remark brings no row back.
    hear(fact('ended', { kind: 'rating', score: 1, scale: 5 }));
    expect(book.find('bank', 'ended')).toBeUndefined();
  });

  test('alerts that are over go after a day, and cursors from before are told so', () => {
    const { book } = bookOf();
    const tell = (id: string, offset: number, state: 'raised' | 'resolved') => {
      book.applyAlert(
        { kind: 'alert', alert: alertOf({ id, conversationId: id, version: 1, state }) },
        { partition: 0, offset, timestampMs: 0 },
      );
      book.moved(0, offset);
    };
    tell('over', 5, 'resolved');
    tell('open', 6, 'raised');
    evict(book, 86_400_001, LIMITS);
    expect([...book.conversations.values()].map((one) => one.id)).toEqual(['open']);
    expect(book.floor[0]).toBe(6);
  });

  test('the words of the longest silent where all together grow too large, and the oldest rows', () => {
    const { book, hear } = bookOf();
    for (let n = 0; n < 10; n += 1) hear(said(`c${n}`, 0, 'x'.repeat(100), {}));
    evict(book, Date.now(), { ...LIMITS, transcriptUnits: 300 });
    expect([...book.conversations.values()].filter((one) => linesOf(one).length > 0)).toHaveLength(3);
    expect(evict(book, Date.now(), { ...LIMITS, rows: 4 })).toHaveLength(6);
    expect(book.conversations.size).toBe(4);
  });
});
