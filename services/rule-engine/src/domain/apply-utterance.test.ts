import type { RecordedUtterance, Utterance } from '@earshot/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyUtterance, withdrawUtterance } from './apply-utterance.js';

const said = (revision: number, text: string, final = false): Utterance => ({
  kind: 'utterance',
  participantId: 'c',
  role: 'customer',
  leg: 'customer',
  segment: 0,
  revision,
  final,
  text,
  startMs: 1_000,
  endMs: 1_000 + revision,
});

function record(...utterances: Utterance[]): RecordedUtterance {
  const map = new Map<string, RecordedUtterance>();
  for (const one of utterances) applyUtterance(map, one, 0);
  return [...map.values()][0] as RecordedUtterance;
}

describe('the record of an utterance', () => {
  test('keeps every open revision until a final decides', () => {
    const open = record(said(1, '骗'), said(0, ''), said(2, '骗子'));
    expect(open.openRevisions.map((one) => one.text)).toEqual(['', '骗', '骗子']);
    expect(record(said(0, '骗'), said(1, '片子', true))).toMatchObject({
      text: '片子',
      final: true,
      openRevisions: [],
    });
  });

  test('lets the highest final decide, whatever comes after it', () => {
    expect(record(said(3, 'third', true), said(2, 'second', true), said(4, 'partial'))).toMatchObject({
      text: 'third',
    });
    expect(record(said(2, 'second', true), said(3, 'third', true))).toMatchObject({ text: 'third', revision: 3 });
  });

  test('is the same in every order of arrival', () => {
    const all = [said(0, 'a'), said(1, 'ab'), said(2, 'abc', true), said(3, 'abd', true), said(4, 'late')];
    const reference = record(...all);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (order) => {
        expect(record(...order)).toEqual(reference);
      }),
    );
  });

  test('calls the same revision a repeat, and with other words a conflict', () => {
    const map = new Map<string, RecordedUtterance>();
    applyUtterance(map, said(0, 'a'), 0);
    expect(applyUtterance(map, said(0, 'a'), 9)).toEqual({ kind: 'repeated' });
    expect(applyUtterance(map, said(0, 'b'), 9)).toEqual({ kind: 'refused', reason: 'conflict' });
    applyUtterance(map, said(1, 'a', true), 0);
    expect(applyUtterance(map, said(1, 'a', true), 9)).toEqual({ kind: 'repeated' });
    expect(applyUtterance(map, said(1, 'z', true), 9)).toEqual({ kind: 'refused', reason: 'conflict' });
  });

  test('stays withdrawn, also when its revisions come after the withdrawal', () => {
    const map = new Map<string, RecordedUtterance>();
    withdrawUtterance(map, { kind: 'utterance-withdrawn', leg: 'customer', segment: 0 }, 1_000);
    applyUtterance(map, said(0, 'a'), 0);
    applyUtterance(map, said(1, 'ab', true), 0);
    expect([...map.values()]).toMatchObject([{ withdrawn: true }]);
  });
});
