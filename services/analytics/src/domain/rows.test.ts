import type { LogRecord } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import {
  acted,
  alert,
  answered,
  fact,
  finding,
  said,
  score,
  standing,
  started,
  T0,
} from '../../test/conversation-fixture.js';
import { batchOf, type RowsOf } from './batch.js';
import type { TableRow } from './place.js';
import { rowsOfAlertRecord } from './rows-of-alert.js';
import { rowsOfCaseFact } from './rows-of-case-fact.js';
import { rowsOfConversationFact } from './rows-of-conversation-fact.js';

function at(offset: number): LogRecord {
  return { topic: 't', partition: 1, offset, key: 'demo|c1', value: new Uint8Array(3), timestampMs: T0 + offset };
}

/** The row that stands of several with one identity, as the engine decides it. */
function stands(rows: readonly (TableRow | undefined)[]): TableRow['row'] | undefined {
  const known = rows.filter((row) => row !== undefined);
  expect(new Set(known.map((row) => row.identity)).size).toBe(1);
  return known.reduce((best, row) => (row.row.version > best.row.version ? row : best)).row;
}

const utterance = (offset: number, ...given: Parameters<typeof said>) =>
  rowsOfConversationFact(said(...given), at(offset))[0];
const withdrawn = rowsOfConversationFact(
  fact('c1', 'w', T0, { kind: 'utterance-withdrawn', leg: 'a', segment: 0 }),
  at(9),
)[0];

describe('which row of an utterance stands', () => {
  const open2 = utterance(5, 'c1', 0, 'open 2', { revision: 2, final: false });
  const final0 = utterance(3, 'c1', 0, 'final 0', { revision: 0 });
  const final1 = utterance(2, 'c1', 0, 'final 1', { revision: 1 });
  const final1Again = utterance(7, 'c1', 0, 'other words', { revision: 1 });

  test('the highest open revision, whatever the order of arrival', () => {
    const open1 = utterance(8, 'c1', 0, 'open 1', { revision: 1, final: false });
    expect(stands([open1, open2])).toMatchObject({ text: 'open 2', final: false });
  });

  test('a final before any open revision, the highest of the finals', () => {
    expect(stands([final0, open2])).toMatchObject({ text: 'final 0', final: true });
    expect(stands([final1, final0, open2])).toMatchObject({ text: 'final 1' });
  });

  test('the first in the log of two with the same revision', () => {
    expect(stands([final1Again, final1])).toMatchObject({ text: 'final 1' });
  });

  test('a withdrawal before everything, and the words are gone', () => {
    const row = stands([final1, withdrawn, open2]);
    expect(row).toMatchObject({ withdrawn: true });
    expect(row).not.toHaveProperty('text');
  });

  test('revisions beyond all measure still rank, and fit the column', () => {
    const huge = utterance(2 ** 41, 'c1', 0, 'huge', { revision: 2 ** 40 });
    expect(stands([final1, huge])).toMatchObject({ text: 'huge' });
    expect(BigInt(withdrawn?.row.version ?? 0)).toBeLessThan(2n ** 64n);
    expect(BigInt(withdrawn?.row.version ?? 0)).toBeGreaterThan(BigInt(huge?.row.version ?? 0));
  });
});

describe('rows', () => {
  test('every row says where in the log it came from', () => {
    const rows = [
      ...rowsOfConversationFact(started('c1'), at(4)),
      ...rowsOfConversationFact(said('c1', 0, 'x'), at(4)),
      ...rowsOfConversationFact(score('c1', 0, 0.5), at(4)),
      ...rowsOfConversationFact(answered('c1', 7, 1), at(4)),
      ...rowsOfAlertRecord({ kind: 'alert', alert: alert('c1', 'r1', 3) }, at(4)),
      ...rowsOfCaseFact(
        {
          tenant: 'demo',
          conversationId: 'c1',
          body: { kind: 'standing', set: standing('c1', 1, [finding('c1', 'r')]) },
        },
        at(4),
      ),
      ...rowsOfCaseFact(
        {
          tenant: 'demo',
          conversationId: 'c1',
          body: { kind: 'action', action: acted(alert('c1', 'r1', 3), 'seen', T0) },
        },
        at(4),
      ),
    ];
    expect(rows.map((row) => row.table)).toEqual([
      'conversation_facts',
      'utterances',
      'utterance_scores',
      'history_answers',
      'alerts',
      'standing_sets',
      'finding_assertions',
      'delivery_steps',
    ]);
    const place = { log_topic: 't', log_partition: 1, log_offset: 4, logged_at: T0 + 4 };
    for (const { row } of rows) expect(row).toMatchObject({ tenant: 'demo', ...place });
  });

  test.each([
    { kind: 'time-reached', reachedMs: 1 },
    { kind: 'takeover', service: 's', owner: 'o', engine: 'e' },
    { kind: 'closed', lastOffset: 1 },
  ] as const)('what an engine wrote for itself ($kind) has no row', (body) => {
    expect(rowsOfConversationFact(fact('c1', 'e', 0, body), at(0))).toEqual([]);
    expect(rowsOfCaseFact({ tenant: 'demo', conversationId: 'c1', body }, at(0))).toEqual([]);
  });

  test('a later version of an alert stands, told alone or in a list, in any order', () => {
    const [late] = rowsOfAlertRecord({ kind: 'alert', alert: alert('c1', 'r1', 9, { state: 'claimed' }) }, at(2));
    const alerts = [alert('c1', 'r1', 9, { version: { offset: 8, index: 5 } })];
    const list = { tenant: 'demo', conversationId: 'c1', asOf: 20, life: 0, alerts };
    const [old] = rowsOfAlertRecord({ kind: 'list', list }, at(30));
    expect(stands([late, old])).toMatchObject({ state: 'claimed' });
  });

  test('of what history answers about a subject the latest decision stands, in any order; models stand side by side', () => {
    const [late, early] = [9, 7].map(
      (cause) => rowsOfConversationFact(answered('c1', cause, cause), at(20 - cause))[0],
    );
    expect(stands([early, late])).toMatchObject({ count: 9 });
    const scored = ['m/1', 'm/2'].map((model) => rowsOfConversationFact(score('c1', 0, 0.5, model), at(3))[0]);
    expect(new Set(scored.map((row) => row?.identity)).size).toBe(2);
    expect(stands([scored[0], rowsOfConversationFact(score('c1', 0, 0.5), at(8))[0]])).toMatchObject({ log_offset: 3 });
  });

  test('a sender’s clock that is centuries off still gives a date the engine knows', () => {
    for (const atMs of [-(2 ** 50), 2 ** 52]) {
      const [row] = rowsOfConversationFact(fact('c1', 'e', atMs, { kind: 'ended' }), at(0));
      expect(Number(row?.row.at)).toBeGreaterThanOrEqual(0);
      expect(Number(row?.row.at)).toBeLessThanOrEqual(Date.UTC(2100, 0, 1));
    }
  });
});

describe('a batch', () => {
  const rowsOf: RowsOf = (record) => {
    if (record.offset === 2) throw new EarshotError('undecodable', 'no');
    return rowsOfConversationFact(
      said('c1', 0, `words ${record.offset}`, { revision: record.offset, final: false }),
      record,
    );
  };

  test('holds the one row that stands of an utterance’s many revisions, and a dead letter for what is unreadable', () => {
    const batch = batchOf([0, 1, 2, 3].map(at), rowsOf);
    expect(batch.tables.map(([table, rows]) => [table, rows.length])).toEqual([
      ['dead_letters', 1],
      ['utterances', 1],
    ]);
    expect(batch.tables[1]?.[1][0]?.row).toMatchObject({ text: 'words 3' });
    expect(batch.unusable).toEqual([{ offset: 2, reason: 'undecodable' }]);
  });

  test('is a function of its records: the same again, byte for byte', () => {
    const rows = () =>
      JSON.stringify(batchOf([0, 1, 2, 3].map(at), rowsOf), (_, value) =>
        typeof value === 'bigint' ? `${value}` : value,
      );
    expect(rows()).toBe(rows());
  });
});
