import { expect, test } from 'vitest';
import { call } from '../../test/support/records.js';
import { createAccess } from '../access.js';
import { createBook } from '../state/book.js';
import { createRowsMessage } from './rows-message.js';

function setUp() {
  const book = createBook(createAccess({ people: () => undefined }), { keepLines: 500, partitions: 1 });
  const opened = (id: string) => {
    const changes = call(id, ['10001']).map((fact) => book.applyFact(fact, fact.atMs));
    const conversation = changes.at(-1)?.conversation;
    if (!conversation) throw new Error('no conversation');
    return conversation;
  };
  return { book, opened, compose: createRowsMessage() };
}

test('walls that are due the same rows are sent the very same bytes', () => {
  const { opened, compose } = setUp();
  const rows = [opened('c1'), opened('c2')];
  const first = compose(rows, ['gone'], false);
  expect(compose([...rows], ['gone'], false)).toBe(first);
  expect(JSON.parse(first.toString())).toMatchObject({
    type: 'conversations',
    reset: false,
    rows: [{ conversationId: 'c1' }, { conversationId: 'c2' }],
    removed: ['gone'],
  });
});

test('other rows, other removals, a reset or a row that has changed since are composed anew', () => {
  const { book, opened, compose } = setUp();
  const [one, two] = [opened('c1'), opened('c2')];
  const sent = [
    compose([one], [], false),
    compose([one, two], [], false),
    compose([one, two], ['c3'], false),
    compose([one, two], ['c3'], true),
  ];
  expect(new Set(sent).size).toBe(4);
  const [started] = call(two.id, ['10001']);
  if (!started) throw new Error('no fact');
  book.applyFact({ ...started, eventId: 'e9', body: { kind: 'ended' } }, 9_000);
  expect(JSON.parse(compose([one, two], ['c3'], true).toString()).rows[1]).toHaveProperty('endedAtMs');
});
