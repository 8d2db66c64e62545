import type { Alert } from '@earshot/model';
import type { ServerMessage } from '@earshot/wire/live';
import { describe, expect, test } from 'vitest';
import { alertOf, call, said } from '../../test/support/records.js';
import { createAccess } from '../access.js';
import { type Book, createBook } from '../state/book.js';
import { decodeCursor } from './cursor.js';
import { createNameTag } from './names.js';
import { Outbox } from './outbox.js';
import { createRowsMessage } from './rows-message.js';

const nobody = () => createNameTag(() => undefined);

function setUp(names = nobody()) {
  const book = createBook(createAccess({ people: () => undefined }), { keepLines: 500, partitions: 2 });
  book.begin([10, 20]);
  const outbox = new Outbox(book, { people: 'p', rowsMessage: createRowsMessage(), names });
  outbox.fill([], []);
  while (outbox.next());
  const arrive = (alert: Alert, partition: number, offset: number) => {
    const change = book.applyAlert({ kind: 'alert', alert }, { partition, offset, timestampMs: 1 });
    book.moved(partition, offset);
    if (change) outbox.alert(change.conversation, alert.id, partition, offset);
  };
  return { book, outbox, arrive };
}

function say(outbox: Outbox): ServerMessage | undefined {
  const text = outbox.next();
  return text === undefined ? undefined : (JSON.parse(String(text)) as ServerMessage);
}

function cursorOf(message: ServerMessage | undefined): readonly number[] | undefined {
  return message && 'cursor' in message ? decodeCursor(message.cursor)?.offsets : undefined;
}

function factsInto(book: Book, ...facts: Parameters<Book['applyFact']>[0][]) {
  return facts.map((fact) => book.applyFact(fact, fact.atMs)?.conversation).at(-1);
}

/** How many rows each of so many turns brings. */
function toldRows(outbox: Outbox, turns: number): number[] {
  return Array.from({ length: turns }, () => {
    outbox.dueRows();
    const message = say(outbox);
    return message?.type === 'conversations' ? message.rows.length : 0;
  });
}

describe('what a page is told next', () => {
  test('a cursor never passes an alert that is still waiting', () => {
    const { outbox, arrive } = setUp();
    arrive(alertOf({ id: 'a', conversationId: 'c1', version: 1 }), 0, 10);
    arrive(alertOf({ id: 'b', conversationId: 'c2', version: 1 }), 1, 20);
    arrive(alertOf({ id: 'd', conversationId: 'c1', version: 2 }), 0, 11);
    expect([cursorOf(say(outbox)), cursorOf(say(outbox)), cursorOf(say(outbox))]).toEqual([
      [11, 20],
      [11, 21],
      [12, 21],
    ]);
    expect(say(outbox)).toBeUndefined();
  });

  test('a page that is behind gets the newest state of each alert once, versions rising', () => {
    const { outbox, arrive } = setUp();
    arrive(alertOf({ id: 'a', conversationId: 'c1', version: 1 }), 0, 10);
    arrive(alertOf({ id: 'b', conversationId: 'c1', version: 2 }), 0, 11);
    arrive(alertOf({ id: 'a', conversationId: 'c1', version: 3, state: 'claimed' }), 0, 12);
    const told = [say(outbox), say(outbox), say(outbox)].flatMap((one) => (one?.type === 'alert' ? [one] : []));
    expect(told.map(({ alert }) => `${alert.id}@${alert.version.offset}`)).toEqual(['b@2', 'a@3']);
    expect(told.map(cursorOf)).toEqual([
      [12, 20],
      [13, 20],
    ]);
  });

  test('until the first set is complete, the cursor that a page stores resumes nothing half-way', () => {
    const { book } = setUp();
    book.applyAlert(
      { kind: 'alert', alert: alertOf({ id: 'a', conversationId: 'c1', version: 1 }) },
      { partition: 0, offset: 10, timestampMs: 1 },
    );
    const lists = [...book.conversations.values()];
    for (const cursor of [undefined, 'the one it came with']) {
      const outbox = new Outbox(book, {
        people: 'p',
        rowsMessage: createRowsMessage(),
        names: nobody(),
        ...(cursor ? { cursor } : {}),
      });
      outbox.fill([], [...lists]);
      expect(say(outbox)).toMatchObject({ type: 'conversations', reset: true });
      expect(say(outbox)).toMatchObject({ type: 'alert-list', cursor: cursor ?? 'unfinished' });
      expect(cursorOf(say(outbox))).toEqual([10, 20]);
    }
  });

  test('a page that was away is told the alerts of a conversation as they were raised, whatever became of them since', () => {
    const { book } = setUp();
    const raised = ([id, version, judgedMs, spokenMs]: readonly [string, number, number, number]): Alert => {
      return { ...alertOf({ id, conversationId: 'c1', version }), timeline: { judgedMs, spokenMs } };
    };
    const alerts = [['second', 3, 10, 2] as const, ['third', 2, 20, 1] as const, ['first', 9, 10, 1] as const];
    for (const [n, alert] of alerts.entries())
      book.applyAlert({ kind: 'alert', alert: raised(alert) }, { partition: 0, offset: 10 + n, timestampMs: 1 });
    const outbox = new Outbox(book, { people: 'p', rowsMessage: createRowsMessage(), names: nobody() });
    outbox.fill([], [...book.conversations.values()]);
    say(outbox);
    expect(say(outbox)).toMatchObject({
      type: 'alert-list',
      alerts: [{ id: 'first' }, { id: 'second' }, { id: 'third' }],
    });
  });

  test('rows and words wait for alerts, and what waits costs names, not texts', () => {
    const { book, outbox, arrive } = setUp();
    const conversation = factsInto(book, ...call('c1', ['a1']), said('c1', 0, '你好'));
    if (!conversation) throw new Error('no conversation');
    for (let n = 0; n < 10_000; n += 1) {
      outbox.row(conversation);
      outbox.line(conversation, ['u:c:0']);
    }
    arrive(alertOf({ id: 'a', conversationId: 'c1', version: 1 }), 0, 10);
    outbox.dueRows();
    expect([say(outbox), say(outbox), say(outbox), say(outbox)].map((one) => one?.type)).toEqual([
      'alert',
      'transcript',
      'conversations',
      undefined,
    ]);
    outbox.row(conversation);
    expect(say(outbox)).toBeUndefined();
    outbox.dueRows();
    expect(say(outbox)?.type).toBe('conversations');
  });

  test('of rows shared by many pages each gets those that it sees when their turn comes, at most 200 at a time', () => {
    const { book, outbox } = setUp();
    const all = Array.from({ length: 500 }, (_, n) => factsInto(book, ...call(`c${n}`, ['a1']))).flatMap(
      (one) => one ?? [],
    );
    const hidden = new Set<unknown>();
    outbox.rowsShared(all, (row) => !hidden.has(row));
    for (const row of all.slice(300)) hidden.add(row);
    hidden.delete(all[300]);
    const [gone] = all;
    if (gone) gone.facts = undefined;
    expect(toldRows(outbox, 4)).toEqual([200, 100, 0, 0]);
  });

  test('a page that takes nothing while lists come in is told few rows twice', () => {
    const { book, outbox } = setUp();
    const rows = ['c1', 'c2', 'c3'].flatMap((id) => factsInto(book, ...call(id, ['a1'])) ?? []);
    for (let n = 0; n < 50; n += 1) outbox.rowsShared(rows, () => true);
    const told = toldRows(outbox, 10).reduce((sum, count) => sum + count, 0);
    expect(told).toBeLessThanOrEqual(5 * rows.length);
    expect(told).toBeGreaterThanOrEqual(rows.length);
  });

  test('names go before what mentions them, once, and move neither order nor cursor', () => {
    const known = new Map([
      ['a1', '王芳'],
      ['fs', '周涛'],
    ]);
    const { book, outbox, arrive } = setUp(createNameTag((staffNumber) => known.get(staffNumber)));
    const claimed = { ...alertOf({ id: 'a', conversationId: 'c1', version: 2, state: 'claimed' }), claimedBy: 'fs' };
    arrive(alertOf({ id: 'a', conversationId: 'c1', version: 1 }), 0, 10);
    expect(say(outbox)).toEqual({ type: 'names', names: { a1: '王芳' } });
    arrive(claimed, 0, 11);
    const told = [say(outbox), say(outbox), say(outbox)];
    expect(told.map((one) => one?.type)).toEqual(['alert', 'names', 'alert']);
    expect(told[1]).toEqual({ type: 'names', names: { fs: '周涛' } });
    expect([cursorOf(told[0]), cursorOf(told[2])]).toEqual([
      [11, 20],
      [12, 20],
    ]);
    const conversation = factsInto(book, ...call('c1', ['a1', 'unknown']));
    if (!conversation) throw new Error('no conversation');
    outbox.row(conversation);
    outbox.dueRows();
    expect([say(outbox)?.type, say(outbox)]).toEqual(['conversations', undefined]);
  });

  test('a long transcript comes in pieces, the first of them replacing what the page had', () => {
    const { book, outbox } = setUp();
    const lines = Array.from({ length: 30 }, (_, n) => said('c1', n, '长'.repeat(2_000)));
    const conversation = factsInto(book, ...call('c1', ['a1']), ...lines);
    if (!conversation) throw new Error('no conversation');
    outbox.line(conversation, 'all');
    const told: ServerMessage[] = [];
    for (let one = say(outbox); one; one = say(outbox)) told.push(one);
    const pieces = told.flatMap((one) => (one.type === 'transcript' ? [one] : []));
    expect(pieces.map((one) => one.reset)).toEqual([true, false, false, false]);
    expect(pieces.flatMap((one) => one.lines.map((line) => line.segment))).toEqual(lines.map((_, n) => n));
  });
});
