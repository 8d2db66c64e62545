import { expect, test } from 'vitest';
import { contentOf, decodeRecord, encodeRecord, stampRecord } from './record-codec.js';

/** As records were written before they could have headers. */
const WRITTEN_BEFORE = '3167ac694093480000000000000000016b76';

test('a record without headers is stored as it always was, so that folders of earlier versions are read', () => {
  const bytes = encodeRecord('k', Buffer.from('v'));
  stampRecord(bytes, 1_234);
  expect(bytes.toString('hex')).toBe(WRITTEN_BEFORE);
  const record = decodeRecord('t', 1, 7, Buffer.from(WRITTEN_BEFORE, 'hex'));
  expect(record).toEqual({
    topic: 't',
    partition: 1,
    offset: 7,
    key: 'k',
    value: Buffer.from('v'),
    timestampMs: 1_234,
  });
});

test('headers stand between key and value, and a single wrong bit in them is noticed', () => {
  const headers = new Map([
    ['来源', Buffer.from('一')],
    ['empty', Buffer.alloc(0)],
  ]);
  const bytes = encodeRecord('键', Buffer.from('value'), headers);
  stampRecord(bytes, 1);
  expect(decodeRecord('t', 0, 0, bytes)).toMatchObject({ key: '键', value: Buffer.from('value'), headers });
  expect(contentOf(bytes)).toEqual({ value: Buffer.from('value'), headers });
  for (let at = 0; at < bytes.length; at++) {
    const wrong = Buffer.from(bytes);
    wrong[at] = (wrong[at] ?? 0) ^ 1;
    expect(decodeRecord('t', 0, 0, wrong)).toBeUndefined();
  }
});
