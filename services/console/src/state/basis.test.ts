import type { ConversationFact } from '@earshot/model';
import { expect, test } from 'vitest';
import { call, fact, said } from '../../test/support/records.js';
import { createAccess } from '../access.js';
import { createBook } from './book.js';
import { linesOf } from './conversation.js';

const MINUTE_MS = 60_000;

function bookOf(keepLines = 500) {
  const book = createBook(createAccess({ people: () => undefined }), { keepLines, partitions: 1 });
  book.begin([0]);
  const held = () => {
    const [conversation] = book.conversations.values();
    if (!conversation) throw new Error('nothing held');
    return conversation;
  };
  return { book, held };
}

function felt(segment: number, anger = 0.5): ConversationFact {
  const scores = { negative: 0.5, neutral: 0.5, positive: 0, anger, offensive: 0 };
  const body = { kind: 'score', leg: 'c', segment, revision: 0, model: 'm', scores } as const;
  return { ...fact('c1', { kind: 'ended' }), body };
}

test('scores of words that were let go go after them, those of words that are held stay', () => {
  const { book, held } = bookOf(10);
  for (let n = 0; n < 200; n += 1) for (const one of [said('c1', n, `第 ${n} 句`), felt(n)]) book.applyFact(one, 0);
  expect(held().basis.scores.size).toBeLessThanOrEqual(20);
  expect(linesOf(held(), undefined, { scores: true }).map((line) => line.scores?.anger)).toEqual(Array(10).fill(0.5));
});

test('a score that is repeated changes nothing, and tells nobody', () => {
  const { book } = bookOf();
  book.applyFact(said('c1', 0, '甲'), 0);
  expect(book.applyFact(felt(0), 0)?.scores).toEqual(['u:c:0']);
  expect(book.applyFact(felt(0), 0)?.scores).toBeUndefined();
});

test.each([
  ['fresh', 0, false],
  ['older than the engine lingers', 11 * MINUTE_MS, true],
])('a start that is %s on the log begins a conversation or resumes one', (_, lateMs, resumed) => {
  const { book, held } = bookOf();
  for (const one of call('c1', ['a1'])) book.applyFact(one, one.atMs + lateMs);
  expect(held().basis.resumed).toBe(resumed);
});

test('time facts move the time of the conversation, housekeeping and scores do not', () => {
  const { book, held } = bookOf();
  const [started] = call('c1', ['a1']);
  if (!started) throw new Error('no start');
  book.applyFact(started, started.atMs);
  const engine = (body: ConversationFact['body'], atMs: number): ConversationFact => ({ ...started, body, atMs });
  book.applyFact(engine({ kind: 'time-reached', reachedMs: started.atMs + 5_000 }, 0), started.atMs);
  book.applyFact(engine({ kind: 'closed', lastOffset: 1 }, started.atMs + 9_000), started.atMs);
  book.applyFact({ ...felt(0), atMs: started.atMs + 9_000 }, started.atMs);
  expect(held().basis.nowMs).toBe(started.atMs + 5_000);
});
